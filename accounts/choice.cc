#include "accounts/choice.h"

#include <atomic>
#include <ctime>
#include <optional>
#include <utility>

#include "accounts/file_accounts.h"
#include "daemon/kept_connections.h"
#include "daemon/socket_place.h"
#include "policy/asked_accounts.h"

namespace accounts {
namespace {

using Clock = std::chrono::steady_clock;

// Asks the service, unless it has just kept us waiting.
class Service {
 public:
  Service(daemons::SocketPlace place, const Patience& patience)
      : connections_(std::move(place), patience.answer), patience_(patience) {}

  std::optional<std::string> ask(const std::string& question) {
    const auto begin = Clock::now();
    if (begin.time_since_epoch() < silent_until_.load()) return std::nullopt;
    auto answer = connections_.ask(question, "\n");
    const auto end = Clock::now();
    // Where nobody listens that is known at once, and may change at once.
    if (!answer && end - begin >= patience_.answer / 2) {
      silent_until_ = (end + patience_.pause).time_since_epoch();
    }
    return answer;
  }

 private:
  daemons::KeptConnections connections_;
  Patience patience_;
  std::atomic<Clock::duration> silent_until_{Clock::duration::min()};
};

}  // namespace

std::unique_ptr<policy::Accounts> make_accounts(
    const daemons::Settings& settings, const Patience& patience,
    std::string& error) {
  const std::string name = settings.text("accounts_socket");
  if (name.empty()) {
    return std::make_unique<FileAccounts>(settings.mailboxes_dir());
  }
  auto place = daemons::parse_socket_place(name);
  if (!place) {
    error = "accounts_socket: '" + name +
            "' is neither unix:/PATH nor inet:PORT@HOST";
    return nullptr;
  }
  const auto service = std::make_shared<Service>(*std::move(place), patience);
  return std::make_unique<policy::AskedAccounts>(
      [service](const std::string& question) { return service->ask(question); },
      [] { return std::time(nullptr); });
}

}  // namespace accounts
