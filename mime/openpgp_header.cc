#include "mime/openpgp_header.h"

namespace mime {
namespace {

std::uint32_t big_endian(std::span<const std::uint8_t> octets) {
  std::uint32_t number = 0;
  for (const std::uint8_t octet : octets) number = number << 8 | octet;
  return number;
}

// RFC 9580 4.2.2: 1, 2 or 4 octets, or no length at all.
PacketLength parse_legacy_length(unsigned length_type,
                                 std::span<const std::uint8_t> octets) {
  if (length_type == 3) return {0, LengthKind::kIndeterminate, 0};
  const std::size_t size = std::size_t{1} << length_type;
  if (octets.size() < size) return {};
  return {big_endian(octets.first(size)), LengthKind::kWhole, size};
}

}  // namespace

PacketLength parse_packet_length(std::span<const std::uint8_t> octets) {
  if (octets.empty()) return {};
  const std::uint32_t first = octets[0];
  if (first < 192) return {first, LengthKind::kWhole, 1};
  if (first < 224) {
    if (octets.size() < 2) return {};
    return {((first - 192) << 8) + octets[1] + 192, LengthKind::kWhole, 2};
  }
  if (first < 255)
    return {std::uint32_t{1} << (first & 0x1F), LengthKind::kPartial, 1};
  if (octets.size() < 5) return {};
  return {big_endian(octets.subspan(1, 4)), LengthKind::kWhole, 5};
}

PacketHeader parse_packet_header(std::span<const std::uint8_t> octets) {
  PacketHeader header;
  if (octets.empty()) return header;
  const unsigned first = octets[0];
  if ((first & 0x80) == 0) {
    header.defect = OpenPgpDefect::kNotAPacket;
    return header;
  }
  if ((first & 0x40) != 0) {
    header.type = static_cast<PacketType>(first & 0x3F);
    header.length = parse_packet_length(octets.subspan(1));
  } else {
    header.type = static_cast<PacketType>(first >> 2 & 0x0F);
    header.length = parse_legacy_length(first & 0x03, octets.subspan(1));
    if (header.length.kind == LengthKind::kIndeterminate)
      header.defect = OpenPgpDefect::kIndeterminateLength;
  }
  if (header.length.size != 0) header.size = 1 + header.length.size;
  return header;
}

}  // namespace mime
