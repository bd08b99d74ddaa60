#include <memory>
#include <optional>

#include "deploy/services/host/program.h"
#include "deploy/services/lastlogin/login_service.h"

namespace {

constexpr host::Identity kIdentity = {
    "lastlogin", "Notes when the users of a chatmail relay logged in.",
    "lastlogin_socket", "lastlogin_metrics_socket"};

class Lastlogin final : public host::Program {
 public:
  explicit Lastlogin(std::shared_ptr<spdlog::logger> log)
      : log_(std::move(log)) {}

  bool take(const daemons::Settings& settings, std::vector<std::string>& errors,
            std::vector<std::string>& warnings) override {
    const std::string path = settings.mailboxes_dir();
    if (mailboxes_) {
      if (mailboxes_->path() != path) {
        warnings.emplace_back("mailboxes_dir changes at a restart only");
      }
      return true;
    }
    std::string error;
    mailboxes_ = mailbox::Mailboxes::open(path, error);
    if (!mailboxes_) {
      errors.push_back("mailboxes_dir: " + error);
      return false;
    }
    service_ = std::make_unique<lastlogin::LoginService>(*mailboxes_, *log_);
    return true;
  }
  dict::Service& service() override { return *service_; }
  std::string metrics() override {
    return service_ == nullptr ? std::string() : service_->metrics();
  }

 private:
  std::shared_ptr<spdlog::logger> log_;
  std::optional<mailbox::Mailboxes> mailboxes_;
  std::unique_ptr<lastlogin::LoginService> service_;
};

}  // namespace

int main(int argc, char** argv) {
  return host::main(kIdentity, argc, argv,
                    [](std::shared_ptr<spdlog::logger> log) {
                      return std::unique_ptr<host::Program>(
                          std::make_unique<Lastlogin>(std::move(log)));
                    });
}
