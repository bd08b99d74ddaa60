#include "deploy/services/metadata/service.h"

#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include "deploy/services/metadata/counters.h"
#include "deploy/services/metadata/dict_service.h"
#include "deploy/services/metadata/disk_thread.h"
#include "deploy/services/metadata/notifier.h"
#include "deploy/services/metadata/pending_files.h"
#include "deploy/services/metadata/push_sender.h"
#include "deploy/services/metadata/turn_secret.h"

namespace metadata {
namespace {

Moment now() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::steady_clock::now().time_since_epoch()),
          std::time(nullptr)};
}

PushSender::Setup sender_setup(const daemons::Settings& settings,
                               std::vector<std::string>& errors) {
  PushSender::Setup setup;
  setup.url = settings.text("notify_url");
  setup.ca_file = settings.text("notify_ca_file");
  setup.retry_base = settings.decimal("notify_retry_base");
  setup.timeout = std::chrono::seconds(settings.number("notify_timeout"));
  if (setup.retry_base < 1) {
    errors.emplace_back("notify_retry_base: less than 1");
  }
  return setup;
}

bool are_equal(const PushSender::Setup& a, const PushSender::Setup& b) {
  return a.url == b.url && a.ca_file == b.ca_file &&
         a.retry_base == b.retry_base && a.timeout == b.timeout;
}

class Metadata final : public host::Program {
 public:
  explicit Metadata(std::shared_ptr<spdlog::logger> log)
      : log_(std::move(log)) {}
  // Each of the two threads gives the other work.  The disk's ends first: what
  // it hands on meanwhile is on disk, and comes again at the next start.
  ~Metadata() override {
    if (disk_ != nullptr) disk_->stop();
  }
  Metadata(const Metadata&) = delete;
  Metadata& operator=(const Metadata&) = delete;

  bool take(const daemons::Settings& settings, std::vector<std::string>& errors,
            std::vector<std::string>& warnings) override;
  dict::Service& service() override { return *service_; }
  bool start() override;
  std::string metrics() override { return counters_.text(); }

 private:
  DictService::World world();
  void remove_token(const Notification& notification);

  std::shared_ptr<spdlog::logger> log_;
  Counters counters_;
  std::optional<mailbox::Mailboxes> mailboxes_;
  PushSender::Setup setup_;
  std::string turn_secret_file_;
  ServerValues values_;
  std::unique_ptr<DictService> service_;
  std::optional<PendingFiles> files_;
  std::optional<Notifier> notifier_;
  std::unique_ptr<DiskThread> disk_;
  std::unique_ptr<PushSender> sender_;
};

DictService::World Metadata::world() {
  return {[] { return std::time(nullptr); },
          [this](std::function<void()> task) {
            return disk_->add(std::move(task));
          },
          [this](const std::string& address, Notifier::Written written) {
            notifier_->wake(address, std::time(nullptr), std::move(written));
          }};
}

bool Metadata::take(const daemons::Settings& settings,
                    std::vector<std::string>& errors,
                    std::vector<std::string>& warnings) {
  const PushSender::Setup setup = sender_setup(settings, errors);
  const std::string path = settings.mailboxes_dir();
  const bool is_first = !mailboxes_;
  std::string error;
  if (is_first) mailboxes_ = mailbox::Mailboxes::open(path, error);
  if (!mailboxes_) errors.push_back("mailboxes_dir: " + error);
  if (!errors.empty()) return false;
  ServerValues values = server_values(settings);
  if (is_first) {
    setup_ = setup;
    turn_secret_file_ = settings.text("turn_secret_file");
    service_ = std::make_unique<DictService>(TokenFiles(*mailboxes_), world());
  } else {
    if (mailboxes_->path() != path) {
      warnings.emplace_back("mailboxes_dir changes at a restart only");
    }
    if (!are_equal(setup, setup_) ||
        settings.text("turn_secret_file") != turn_secret_file_) {
      warnings.emplace_back(
          "notify_url, notify_ca_file, notify_retry_base, notify_timeout and "
          "turn_secret_file change at a restart only");
    }
    values.turn_secret = values_.turn_secret;
  }
  values_ = values;
  service_->set_values(std::move(values));
  return true;
}

void Metadata::remove_token(const Notification& notification) {
  const bool is_taken = disk_->add([this, notification] {
    if (const auto wrong = TokenFiles(*mailboxes_)
                               .remove(notification.address, notification.token,
                                       std::time(nullptr))) {
      log_->error("a token that is gone cannot be removed: {}", *wrong);
    }
  });
  // It will be told to be gone again.
  if (!is_taken) log_->warn("a token that is gone was not removed");
}

bool Metadata::start() {
  std::string error;
  if (!turn_secret_file_.empty()) {
    values_.turn_secret = read_or_make_turn_secret(turn_secret_file_, error);
    if (values_.turn_secret.empty()) {
      log_->warn("turn_secret_file: {}; clients are told of no TURN", error);
    }
    service_->set_values(values_);
  }
  files_ = PendingFiles::open(*mailboxes_, error);
  if (!files_) {
    log_->error("mailboxes_dir: {}", error);
    return false;
  }
  notifier_.emplace(TokenFiles(*mailboxes_), *files_,
                    [this](std::vector<Notification> notifications) {
                      sender_->add(std::move(notifications));
                    });
  sender_ = std::make_unique<PushSender>(
      setup_,
      PushSender::World{
          now, [this](const std::string& name) { files_->remove(name); },
          [this](const Notification& notification) {
            remove_token(notification);
          }},
      counters_, *log_);
  disk_ = std::make_unique<DiskThread>([this] { notifier_->flush(); });
  disk_->add([this] {
    if (const auto wrong = notifier_->resume()) {
      log_->error("what waited for delivery cannot be read: {}", *wrong);
    }
  });
  return true;
}

}  // namespace

std::unique_ptr<host::Program> make_program(
    std::shared_ptr<spdlog::logger> log) {
  return std::make_unique<Metadata>(std::move(log));
}

}  // namespace metadata
