#pragma once

// Every bound of the policy service, with its reason.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace policyd {

// One request.  Postfix sends about 30 attributes; the long ones are what a
// client wrote (HELO, MAIL, RCPT: smtpd reads lines of 2,048 octets) and the
// names in a client's certificate: together some 10 KB at the worst.
inline constexpr std::size_t kMaxRequestOctets = std::size_t{16} * 1024;
inline constexpr std::size_t kMaxAttributes = 100;

// One look at a connection takes at most this much, so that no client keeps
// the others waiting by asking without a pause.
inline constexpr std::size_t kReadOctets = std::size_t{16} * 1024;

// A connection's own buffer: Postfix's requests are 600 to 900 octets.
inline constexpr std::size_t kConnectionOctets = 1024;

// From its first octet a request has to be whole within this time, and an
// answer has to be taken.  Postfix writes a request in one piece.
inline constexpr std::chrono::seconds kRequestTimeout{10};
// Postfix ends a connection that it has not used for 300 s, and any one after
// 1,000 s (smtpd_policy_service_max_idle, _max_ttl).
inline constexpr std::chrono::seconds kIdleTimeout{1100};
// After SIGTERM requests under way get this long.
inline constexpr std::chrono::seconds kDrain{10};

// smtpd processes hold one each, the milter a few.
inline constexpr std::size_t kMaxConnections = 20'000;

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

}  // namespace policyd
