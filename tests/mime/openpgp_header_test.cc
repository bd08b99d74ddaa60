#include "mime/openpgp_header.h"

#include <catch2/catch.hpp>

#include "tests/mime/openpgp_builder.h"

namespace {

using mime::LengthKind;
using mime::OpenPgpDefect;
using mime::PacketType;
using mime_test::Octets;

TEST_CASE("both packet formats and all their lengths are read") {
  struct Case {
    Octets octets;
    PacketType type;
    std::uint32_t length;
    LengthKind kind;
  };
  const Case cases[] = {
      // Current format, RFC 9580 4.2.1.
      {{0xC1, 0}, PacketType::kPkesk, 0, LengthKind::kWhole},
      {{0xC1, 191}, PacketType::kPkesk, 191, LengthKind::kWhole},
      {{0xD2, 192, 0}, PacketType::kSeipd, 192, LengthKind::kWhole},
      {{0xD2, 0xC5, 0xFB}, PacketType::kSeipd, 1723, LengthKind::kWhole},
      {{0xD2, 223, 255}, PacketType::kSeipd, 8383, LengthKind::kWhole},
      {{0xD2, 255, 0, 1, 0x86, 0xA0},
       PacketType::kSeipd,
       100'000,
       LengthKind::kWhole},
      {{0xD2, 255, 255, 255, 255, 255},
       PacketType::kSeipd,
       0xFFFFFFFF,
       LengthKind::kWhole},
      {{0xD2, 224}, PacketType::kSeipd, 1, LengthKind::kPartial},
      {{0xD2, 233}, PacketType::kSeipd, 512, LengthKind::kPartial},
      {{0xD2, 254}, PacketType::kSeipd, 1 << 30, LengthKind::kPartial},
      {{0xCA, 3}, PacketType::kMarker, 3, LengthKind::kWhole},
      {{0xD5, 9}, PacketType::kPadding, 9, LengthKind::kWhole},
      // Legacy format, RFC 9580 4.2.2.
      {{0x84, 94}, PacketType::kPkesk, 94, LengthKind::kWhole},
      {{0x85, 1, 12}, PacketType::kPkesk, 268, LengthKind::kWhole},
      {{0x86, 0, 0, 1, 12}, PacketType::kPkesk, 268, LengthKind::kWhole},
      {{0x8C, 13}, PacketType::kSkesk, 13, LengthKind::kWhole},
      {{0xA4, 13},
       PacketType::kSymmetricallyEncryptedData,
       13,
       LengthKind::kWhole},
  };
  for (const Case& row : cases) {
    const std::span<const std::uint8_t> octets(row.octets);
    const mime::PacketHeader header = mime::parse_packet_header(octets);
    CHECK(header.defect == OpenPgpDefect::kNone);
    CHECK(header.size == octets.size());
    CHECK(header.type == row.type);
    CHECK(header.length.octets == row.length);
    CHECK(header.length.kind == row.kind);
    for (std::size_t size = 0; size < octets.size(); ++size) {
      CHECK(mime::parse_packet_header(octets.first(size)).size == 0);
      CHECK(mime::parse_packet_header(octets.first(size)).defect ==
            OpenPgpDefect::kNone);
    }
  }
}

TEST_CASE("what is no packet header has a name") {
  for (unsigned first = 0; first < 0x80; ++first) {
    CHECK(mime::parse_packet_header(Octets{static_cast<std::uint8_t>(first)})
              .defect == OpenPgpDefect::kNotAPacket);
  }
  for (unsigned first = 0x83; first < 0xC0; first += 4) {
    CHECK(mime::parse_packet_header(Octets{static_cast<std::uint8_t>(first)})
              .defect == OpenPgpDefect::kIndeterminateLength);
  }
}

}  // namespace
