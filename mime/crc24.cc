// Both ways keep the checksum in the upper 24 bits of 32, so that an octet
// enters at the top as it does with a 32-bit CRC.

#include "mime/crc24.h"

#include <array>

#include "mime/cpu_features.h"

namespace mime {
namespace {

using Table = std::array<std::uint32_t, 256>;

// Tables[k][octet] is the remainder of the octet with k zero octets behind it,
// so that eight octets are eight independent lookups.
constexpr std::array<Table, 8> make_tables() {
  std::array<Table, 8> tables{};
  for (std::uint32_t octet = 0; octet < 256; ++octet) {
    std::uint32_t crc = octet << 24;
    for (int bit = 0; bit < 8; ++bit)
      crc = crc << 1 ^ ((crc >> 31) * (kCrc24Polynomial << 8));
    tables[0][octet] = crc;
  }
  for (std::size_t zeros = 1; zeros < 8; ++zeros) {
    for (std::uint32_t octet = 0; octet < 256; ++octet) {
      const std::uint32_t crc = tables[zeros - 1][octet];
      tables[zeros][octet] = crc << 8 ^ tables[0][crc >> 24];
    }
  }
  return tables;
}

constexpr std::array<Table, 8> kTables = make_tables();

const bool kHasPclmul = cpu_has_pclmul();

}  // namespace

std::uint32_t crc24_tables(std::uint32_t crc,
                           std::span<const std::uint8_t> octets) {
  std::uint32_t top = crc << 8;
  while (octets.size() >= 8) {
    const std::uint8_t* o = octets.data();
    top = kTables[7][o[0] ^ top >> 24] ^ kTables[6][o[1] ^ (top >> 16 & 0xFF)] ^
          kTables[5][o[2] ^ (top >> 8 & 0xFF)] ^ kTables[4][o[3]] ^
          kTables[3][o[4]] ^ kTables[2][o[5]] ^ kTables[1][o[6]] ^
          kTables[0][o[7]];
    octets = octets.subspan(8);
  }
  for (const std::uint8_t octet : octets)
    top = top << 8 ^ kTables[0][top >> 24 ^ octet];
  return top >> 8;
}

std::uint32_t crc24(std::uint32_t crc, std::span<const std::uint8_t> octets) {
  return kHasPclmul ? crc24_pclmul(crc, octets) : crc24_tables(crc, octets);
}

}  // namespace mime
