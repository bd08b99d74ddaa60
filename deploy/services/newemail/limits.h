#pragma once

// Bounds of newemail, each with its reason.

#include <cstddef>
#include <cstdint>

namespace newemail {

// More than the shortest password that a relay takes, so that one with a rule
// of its own is still content.
inline constexpr std::uint64_t kExtraCharacters = 3;

// Networks whose use is remembered, at about 100 octets each.
inline constexpr std::size_t kMaxNetworks = 100'000;

inline constexpr std::uint64_t kSecondsOfHour = 3600;

}  // namespace newemail
