#pragma once

// Every bound of the stores of the limits, with its reason.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace limits {

// The table of the embedded store: places of 24 octets, at least a quarter of
// them free.  At the bound the keys go first that are full again first.
inline constexpr std::size_t kMaxLiveKeys = 4'000'000;
// Shards, so that growing moves a few thousand keys at a time and no request
// waits for all of them.
inline constexpr std::size_t kShards = 256;

// What kill -9 may lose.
inline constexpr std::chrono::milliseconds kJournalInterval{500};
// Shards that one tick looks through for keys whose time has come, and that it
// hands over while a snapshot is written.
inline constexpr std::size_t kSweptShards = 4;
inline constexpr std::size_t kSavedShards = 8;
// A journal that is larger than this and than twice the snapshot is replaced
// by a new snapshot.
inline constexpr std::uint64_t kMinJournalOctets = std::uint64_t{8} << 20U;
// Buckets that wait for the disk; beyond that, spending is forgotten at a
// restart until the next snapshot.
inline constexpr std::size_t kMaxUnwritten = std::size_t{1} << 20U;
// How long after a failed write the next snapshot is tried.
inline constexpr std::chrono::seconds kDiskRetry{10};

// Redis: how long one round may take, and how many requests may wait for it.
inline constexpr std::chrono::milliseconds kRedisDeadline{1000};
inline constexpr std::size_t kMaxRedisBacklog = 10'000;
// After a failed connection the next is tried no sooner.
inline constexpr std::chrono::milliseconds kRedisRetry{500};

}  // namespace limits
