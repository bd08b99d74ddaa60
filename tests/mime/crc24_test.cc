#include "mime/crc24.h"

#include <catch2/catch.hpp>

#include "mime/cpu_features.h"
#include "tests/mime/openpgp_builder.h"

namespace {

using mime_test::Octets;

// RFC 9580 6.1.1, as it is written there.
std::uint32_t bit_by_bit(std::uint32_t crc, const Octets& octets) {
  for (const std::uint8_t octet : octets) {
    crc ^= std::uint32_t{octet} << 16;
    for (int bit = 0; bit < 8; ++bit) {
      crc <<= 1;
      if ((crc & 0x1000000) != 0) crc ^= mime::kCrc24Polynomial;
    }
  }
  return crc & 0xFFFFFF;
}

TEST_CASE("CRC24 of the digits one to nine is the published check value") {
  CHECK(mime::crc24(mime::kCrc24Init, mime_test::octets_of("123456789")) ==
        0x21CF02);
}

TEST_CASE("both implementations agree with the bitwise one at any length") {
  for (std::size_t size = 0; size < 700; ++size) {
    const Octets octets = mime_test::random_octets(size, size);
    const std::uint32_t start = mime::kCrc24Init ^ static_cast<unsigned>(size);
    const std::uint32_t expected = bit_by_bit(start, octets);
    REQUIRE(mime::crc24_tables(start, octets) == expected);
    REQUIRE(mime::crc24(start, octets) == expected);
    if (!mime::cpu_has_pclmul()) continue;
    REQUIRE(mime::crc24_pclmul(start, octets) == expected);
  }
}

TEST_CASE("a checksum goes on where the last piece ended") {
  const Octets octets = mime_test::random_octets(1000, 3);
  const std::uint32_t whole = mime::crc24(mime::kCrc24Init, octets);
  const std::span<const std::uint8_t> all(octets);
  for (std::size_t cut = 0; cut <= octets.size(); ++cut) {
    const std::uint32_t first = mime::crc24(mime::kCrc24Init, all.first(cut));
    REQUIRE(mime::crc24(first, all.subspan(cut)) == whole);
  }
}

}  // namespace
