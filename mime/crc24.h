#pragma once

// The CRC24 of ASCII armor (RFC 9580 6.1.1).

#include <cstddef>
#include <cstdint>
#include <span>

namespace mime {

inline constexpr std::uint32_t kCrc24Init = 0xB704CE;
inline constexpr std::uint32_t kCrc24Polynomial = 0x1864CFB;

// The checksum of octets that follow others whose checksum is `crc`; the first
// of all follow kCrc24Init.
std::uint32_t crc24(std::uint32_t crc, std::span<const std::uint8_t> octets);

// The two implementations behind crc24(); they agree.  The one that folds by
// carry-less multiplication may be called only where cpu_has_pclmul().
std::uint32_t crc24_tables(std::uint32_t crc,
                           std::span<const std::uint8_t> octets);
std::uint32_t crc24_pclmul(std::uint32_t crc,
                           std::span<const std::uint8_t> octets);

}  // namespace mime
