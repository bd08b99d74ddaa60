#pragma once

// A question to another of our daemons, and its answer.
//
// Many threads ask at once, so there are several connections; they are kept,
// up to kMaxKept.  A kept one may be stale, because the other side was
// restarted meanwhile: then a new one is tried, once.

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/socket_place.h"

namespace daemons {

class KeptConnections {
 public:
  // More questions than this are rarely open within the same millisecond.
  static constexpr std::size_t kMaxKept = 8;
  // A longer answer is none.
  static constexpr std::size_t kMaxAnswer = 1024;

  KeptConnections(SocketPlace place, std::chrono::milliseconds patience)
      : place_(std::move(place)), patience_(patience) {}
  ~KeptConnections();
  KeptConnections(const KeptConnections&) = delete;
  KeptConnections& operator=(const KeptConnections&) = delete;

  // The answer up to `end`, without it; nullopt when it does not come within
  // `patience`, or nobody is there.  From any thread.
  std::optional<std::string> ask(std::string_view question,
                                 std::string_view end);

 private:
  int take_kept();
  void keep(int connection);

  const SocketPlace place_;
  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::vector<int> kept_;
};

}  // namespace daemons
