#pragma once

// Which notification is sent when; at most one for a token at a time.
//
// A notification that could not be delivered waits base^n seconds after its
// n-th try, and is dropped when it would come five hours late.  A further one
// for a token that waits takes its place, and brings the next try forward to
// base^1 after the last; one for a token that is being sent follows when that
// has ended, for the device may have looked before this mail was there.
//
// Bounded by the number of tokens.  No clock and no thread of its own.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "deploy/services/metadata/notification.h"

namespace metadata {

// About 60 MB of memory; a relay of 10,000 users has fewer devices.
inline constexpr std::size_t kMaxPendingTokens = 100'000;

struct Moment {
  std::chrono::milliseconds steady;  // for waiting: never goes back
  std::time_t wall;                  // for what is on disk
};

class PushQueue {
 public:
  explicit PushQueue(double retry_base, std::size_t most = kMaxPendingTokens)
      : retry_base_(retry_base), most_(most) {}

  enum class Added : std::uint8_t { kNew, kMerged, kExpired, kFull };
  // Appends to `files` the names of those that are not needed any more.
  Added add(Notification notification, Moment now,
            std::vector<std::string>& files);

  // The next one that is due; it counts as being sent from now on.
  std::optional<Notification> take(Moment now);

  enum class Outcome : std::uint8_t { kSent, kGone, kFailed };
  enum class Next : std::uint8_t { kDone, kWaits, kDropped };
  // How the sending of a token that was taken has ended; `files` as above.
  Next finish(std::string_view token, Outcome outcome, Moment now,
              std::vector<std::string>& files);

  // When take() will have something; nullopt: not before an add() or finish().
  std::optional<std::chrono::milliseconds> next_due() const;
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Notification notification;
    std::optional<Notification> again;  // came while this one was being sent
    int tries = 0;
    bool is_sent = false;  // now, that is
    std::chrono::milliseconds last_try{};
    std::chrono::milliseconds due{};
    std::uint64_t order = 0;  // among those of the same time
  };
  using Due = std::tuple<std::chrono::milliseconds, std::uint64_t, Entry*>;

  std::chrono::milliseconds wait_after(int tries) const;
  void schedule(Entry& entry, std::chrono::milliseconds due);
  Added merge(Entry& entry, Notification notification,
              std::vector<std::string>& files);
  Next retry(Entry& entry, Moment now, std::vector<std::string>& files);

  double retry_base_;
  std::size_t most_;
  std::uint64_t last_order_ = 0;
  std::unordered_map<std::string, Entry> entries_;  // by token
  std::set<Due> due_;                               // of those that wait
};

}  // namespace metadata
