#pragma once

// Packet headers (RFC 9580 4.2), in both formats.

#include <cstddef>
#include <cstdint>
#include <span>

#include "mime/openpgp_algorithms.h"
#include "mime/openpgp_defect.h"

namespace mime {

enum class LengthKind : std::uint8_t { kWhole, kPartial, kIndeterminate };

struct PacketLength {
  std::uint32_t octets = 0;
  LengthKind kind = LengthKind::kWhole;
  std::size_t size = 0;  // octets of the length itself; 0: more are needed
};

struct PacketHeader {
  PacketType type{};
  PacketLength length;
  std::size_t size = 0;  // octets of the header; 0: more are needed
  OpenPgpDefect defect = OpenPgpDefect::kNone;
};

// A type octet and five octets of length.
inline constexpr std::size_t kMaxPacketHeader = 6;

// The header at the front of `octets`.
PacketHeader parse_packet_header(std::span<const std::uint8_t> octets);
// The length at the front of `octets`, as after a partial body.
// RFC 9580 4.2.1
PacketLength parse_packet_length(std::span<const std::uint8_t> octets);

}  // namespace mime
