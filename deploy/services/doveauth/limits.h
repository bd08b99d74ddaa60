#pragma once

// Bounds of doveauth, each with its reason.

#include <chrono>
#include <cstddef>

namespace doveauth {

// What crypt(3) takes.
inline constexpr std::size_t kMaxPassword = 511;

// Logins that wait for a hash: at 300 a second, ten seconds of Dovecot's
// patience of thirty.
inline constexpr std::size_t kMaxQueued = 3000;

// Networks and totals whose use is remembered, at about 100 octets each.
inline constexpr std::size_t kMaxBuckets = 200'000;

// Pairs of address and password that were asked for, at about 50 octets; two
// generations of them are kept.
inline constexpr std::size_t kMaxKnownPairs = 100'000;

// Tokens and their counts; an operator who needs more wants no tokens.
inline constexpr std::size_t kMaxInvitesFile = std::size_t{4} << 20;

}  // namespace doveauth
