#pragma once

// SipHash-2-4 with 128 bits (Aumasson and Bernstein, 2012): which names meet
// in a table cannot be chosen by somebody who does not know the key.

#include <array>
#include <cstdint>
#include <string_view>

namespace limits {

using SipKey = std::array<std::uint8_t, 16>;

struct Hash128 {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  bool operator==(const Hash128&) const = default;
};

// The two halves are read as little-endian numbers.
Hash128 sip_hash(const SipKey& key, std::string_view octets);

}  // namespace limits
