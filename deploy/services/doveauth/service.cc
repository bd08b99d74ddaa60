#include "deploy/services/doveauth/service.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "deploy/services/doveauth/accounts.h"
#include "deploy/services/doveauth/dict_service.h"
#include "deploy/services/doveauth/http_service.h"
#include "deploy/services/doveauth/kept_limits.h"
#include "deploy/services/http/server.h"
#include "limits/choice.h"

namespace doveauth {
namespace {

double seconds_since_1970() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// A hash keeps a core busy, a new account then waits for the disk.
std::size_t pool_threads() {
  constexpr unsigned for_each_core = 2;
  constexpr unsigned fewest = 2;
  return std::max(fewest, for_each_core * std::thread::hardware_concurrency());
}

class Doveauth final : public host::Program {
 public:
  explicit Doveauth(std::shared_ptr<spdlog::logger> log)
      : log_(std::move(log)) {}

  bool take(const daemons::Settings& settings, std::vector<std::string>& errors,
            std::vector<std::string>& warnings) override;
  dict::Service& service() override;
  bool start() override;
  std::string metrics() override { return counters_.text(); }

 private:
  World world() {
    return {setup_,    *mailboxes_, *limits_,
            counters_, *log_,       seconds_since_1970};
  }

  std::shared_ptr<spdlog::logger> log_;
  CurrentSetup setup_;
  std::unique_ptr<LimitStore> limits_;
  std::string limits_store_;
  Counters counters_;
  std::optional<mailbox::Mailboxes> mailboxes_;
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<DictService> service_;
  std::unique_ptr<HttpService> http_service_;
  std::unique_ptr<http::Server> http_;  // goes before what it asks
};

bool Doveauth::take(const daemons::Settings& settings,
                    std::vector<std::string>& errors,
                    std::vector<std::string>& warnings) {
  auto setup = make_setup(settings, errors, warnings);
  if (setup == nullptr) return false;
  const std::string trouble = limits::trouble_with_store(settings);
  if (!trouble.empty()) errors.push_back(trouble);
  const std::string store =
      settings.text("limits_store") + ' ' + settings.text("doveauth_state_dir");
  if (limits_ != nullptr && store != limits_store_) {
    warnings.emplace_back(
        "limits_store and doveauth_state_dir change at a restart only");
  }
  if (limits_ == nullptr) limits_store_ = store;
  if (!mailboxes_) {
    std::string error;
    mailboxes_ = mailbox::Mailboxes::open(setup->mailboxes_dir, error);
    if (!mailboxes_) errors.push_back("mailboxes_dir: " + error);
  } else if (mailboxes_->path() != setup->mailboxes_dir) {
    errors.emplace_back("mailboxes_dir changes at a restart only");
  }
  if (!errors.empty()) return false;
  setup_.replace(std::move(setup));
  return true;
}

// Its threads are started as late as this: as the user who works.
dict::Service& Doveauth::service() {
  limits_ = KeptLimits::open(
      setup_.get()->settings,
      [this](const std::string& line) { log_->warn("{}", line); });
  accounts_ = std::make_unique<Accounts>(world(), pool_threads());
  service_ = std::make_unique<DictService>(*accounts_, world());
  return *service_;
}

bool Doveauth::start() {
  const auto setup = setup_.get();
  const std::uint64_t port = setup->settings.number("doveauth_http_port");
  if (port == 0) return true;
  std::string error;
  auto secret =
      read_secret(setup->settings.text("doveauth_http_secret"), error);
  const int listening =
      secret ? http::listen_on_loopback(static_cast<std::uint16_t>(port), error)
             : -1;
  if (listening >= 0) {
    http_service_ =
        std::make_unique<HttpService>(*accounts_, world(), std::move(*secret));
    http_ = std::make_unique<http::Server>(
        std::vector<int>{listening},
        http::Callbacks{[this](const http::Request& request,
                               const http::Callbacks::Answer& answer) {
          http_service_->handle(request, answer);
        }});
  }
  if (http_ == nullptr) log_->error("doveauth_http_port: {}", error);
  return http_ != nullptr;
}

}  // namespace

std::unique_ptr<host::Program> make_program(
    std::shared_ptr<spdlog::logger> log) {
  return std::make_unique<Doveauth>(std::move(log));
}

}  // namespace doveauth
