#include "milter/filter.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "daemon/kept_listener.h"
#include "milter/limits.h"

namespace milter {
namespace {

// Postfix opens one connection for each of its smtpd processes at once.
constexpr int kBacklog = 512;

constexpr std::chrono::milliseconds kKnockInterval{10};
// Without /proc it cannot be seen that libmilter is ready.
constexpr std::chrono::seconds kStartPatience{2};
constexpr std::chrono::milliseconds kStartStep{1};

}  // namespace

Filter::~Filter() { Filter::stop(); }

std::string Filter::open(const daemons::SocketPlace& place,
                         const daemons::SocketAccess& access) {
  place_ = place;
  if (place.is_unix) {
    // Of the other engine; libmilter makes its socket itself.
    daemons::drop_other_listeners(place.path);
    if (auto wrong = daemons::remove_stale_socket(place.path)) return *wrong;
  }
  smfi_setmaxdatasize(kLongestPacket);
  std::string name = place.text;
  if (smfi_register(filter_description(shared_)) != MI_SUCCESS ||
      smfi_setconn(name.data()) != MI_SUCCESS ||
      smfi_setbacklog(kBacklog) != MI_SUCCESS) {
    return place.text + ": libmilter takes no such socket";
  }
  {
    const daemons::ClosedUmask closed;
    if (smfi_opensocket(false) != MI_SUCCESS) {
      return place.text + ": the socket cannot be made (is its directory " +
             "there, and writable?)";
    }
  }
  if (!place.is_unix) return {};
  return daemons::grant_access(place.path, access).value_or("");
}

void Filter::start() {
  {
    const daemons::BlockedSignals blocked;
    start_loop();
  }
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  while (!daemons::another_thread_waits() &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kStartStep);
  }
}

void Filter::start_loop() {
  thread_ = std::thread([this] {
    const int result = smfi_main();
    if (result != MI_SUCCESS) shared_.log->error("libmilter's loop failed");
    ended_.release();
    signals_.stop();
  });
}

void Filter::close_door() {
  if (!place_.is_unix || !hidden_path_.empty()) return;
  // Renamed and not yet removed, for stop() needs a way in.
  hidden_path_ = place_.path + ".closing";
  if (std::rename(place_.path.c_str(), hidden_path_.c_str()) != 0) {
    hidden_path_.clear();
    unlink(place_.path.c_str());
  }
}

bool Filter::stop() {
  // A session that is left may be in a callback this moment, in a thread that
  // nobody can join.
  const auto at_rest = [this] { return shared_.counters.sessions() == 0; };
  if (!thread_.joinable()) return at_rest();
  Filter::close_door();
  // smfi_stop() waits until libmilter's loop comes round, which is every five
  // seconds or when somebody connects.
  std::thread stopping([] { smfi_stop(); });
  while (!ended_.try_acquire_for(kKnockInterval)) {
    const int knock =
        hidden_path_.empty() ? -1 : daemons::connect_to(hidden_path_);
    if (knock >= 0) close(knock);
  }
  stopping.join();
  thread_.join();
  if (!hidden_path_.empty()) unlink(hidden_path_.c_str());
  return at_rest();
}

}  // namespace milter
