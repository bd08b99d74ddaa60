#include "milter/filter.h"

#include <unistd.h>

#include <cstdio>

namespace milter {
namespace {

// Postfix opens one connection for each of its smtpd processes at once.
constexpr int kBacklog = 512;

}  // namespace

Filter::~Filter() {
  if (thread_.joinable()) stop();
}

std::string Filter::open(const daemons::SocketPlace& place,
                         const daemons::SocketAccess& access) {
  place_ = place;
  if (place.is_unix) {
    if (auto wrong = daemons::remove_stale_socket(place.path)) return *wrong;
  }
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
  const daemons::BlockedSignals blocked;
  thread_ = std::thread([this] {
    const int result = smfi_main();
    if (result != MI_SUCCESS) shared_.log->error("libmilter's loop failed");
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

void Filter::stop() {
  close_door();
  smfi_stop();
  // libmilter looks every five seconds, or when somebody connects.
  if (!hidden_path_.empty()) {
    const int knock = daemons::connect_to(hidden_path_);
    if (knock >= 0) close(knock);
    unlink(hidden_path_.c_str());
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace milter
