#pragma once

// Where CR, LF and "-" stand in blocks of 64 octets, one bit an octet.
//
// The only part of LineScanner that looks at octets, so the only one that
// processors differ in.  The implementations agree.

#include <cstddef>
#include <cstdint>
#include <span>

namespace mime {

// Bit i belongs to octet i of the block.
struct LineMasks {
  std::uint64_t cr = 0;
  std::uint64_t lf = 0;
  std::uint64_t dash = 0;
  bool has_nul = false;
  bool has_eight_bit = false;  // an octet above 127
};

inline constexpr std::size_t kMaskBlock = 64;

// Fills `masks` from as many blocks at `octets`.
void look_at_blocks(const char* octets, std::span<LineMasks> masks);

void look_at_blocks_scalar(const char* octets, std::span<LineMasks> masks);
// May be called only where cpu_has_avx2().
void look_at_blocks_avx2(const char* octets, std::span<LineMasks> masks);

}  // namespace mime
