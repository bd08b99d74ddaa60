#pragma once

// What relays' expiry goes by that is no setting.

#include <sys/types.h>

#include <ctime>

namespace expire {

// A message above this, in octets on disk, is large: it goes after
// delete_large_after, if it was seen.
inline constexpr off_t kLargeMessage = 200'000;

// The quota takes no younger message, in seconds: if a day's mail fills a
// mailbox something is wrong, and its owner should be told that it is full.
inline constexpr std::time_t kProtectedAge = 86'400;

// Down to this part of max_mailbox_size the oldest messages go, so that Delta
// Chat's warning, at 80 of 100, is not seen.
inline constexpr off_t kQuotaPercent = 70;

}  // namespace expire
