#include <chrono>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "deploy/services/host/program.h"
#include "deploy/services/http/server.h"
#include "deploy/services/newemail/address_service.h"
#include "deploy/services/newemail/limits.h"

namespace {

constexpr host::Identity kIdentity = {
    "chatmail-newemail",
    "Addresses and passwords for those who want one, behind nginx.",
    "newemail_socket",
    "newemail_metrics_socket",
    "nginx",
    false};

double seconds_since_1970() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Newemail final : public host::Daemon {
 public:
  explicit Newemail(std::shared_ptr<spdlog::logger> log)
      : log_(std::move(log)),
        limits_(newemail::kMaxNetworks),
        service_({limits_, counters_, *log_, newemail::system_randomness,
                  seconds_since_1970}) {}

  bool take(const daemons::Settings& settings, std::vector<std::string>& errors,
            std::vector<std::string>& /*warnings*/) override;
  void serve(int listening) override { listening_ = {listening}; }
  bool start() override;
  void stop(std::chrono::milliseconds patience) override {
    if (server_ != nullptr) server_->drain(patience);
    server_.reset();
  }
  std::string metrics() override { return counters_.text(); }

 private:
  std::shared_ptr<const newemail::Setup> setup() const {
    const std::lock_guard lock(mutex_);
    return setup_;
  }

  std::shared_ptr<spdlog::logger> log_;
  mutable std::mutex mutex_;
  std::shared_ptr<const newemail::Setup> setup_;
  doveauth::MemoryLimitStore limits_;
  newemail::Counters counters_;
  newemail::AddressService service_;
  std::vector<int> listening_;
  std::unique_ptr<http::Server> server_;
};

bool Newemail::take(const daemons::Settings& settings,
                    std::vector<std::string>& /*errors*/,
                    std::vector<std::string>& /*warnings*/) {
  auto setup = newemail::make_setup(settings);
  const std::lock_guard lock(mutex_);
  setup_ = std::move(setup);
  return true;
}

bool Newemail::start() {
  const std::uint16_t port = setup()->port;
  if (port != 0) {
    std::string error;
    listening_.push_back(http::listen_on_loopback(port, error));
    if (listening_.back() < 0) {
      log_->error("newemail_port: {}", error);
      return false;
    }
  }
  server_ = std::make_unique<http::Server>(
      listening_,
      http::Callbacks{[this](const http::Request& request,
                             const http::Callbacks::Answer& answer) {
                        answer(service_.answer(request, *setup()));
                      },
                      [this](int /*status*/) { counters_.answered("bad"); }});
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  return host::main(kIdentity, argc, argv,
                    [](std::shared_ptr<spdlog::logger> log) {
                      return std::make_unique<Newemail>(std::move(log));
                    });
}
