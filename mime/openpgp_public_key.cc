#include "mime/openpgp_public_key.h"

#include "mime/base64_text.h"
#include "mime/octet_statistics.h"
#include "mime/openpgp_header.h"

namespace mime {
namespace {

// An address with a name; longer ones are prose.
constexpr std::uint32_t kMostUserId = 256;

bool may_follow(const PacketHeader& header) {
  switch (header.type) {
    case PacketType::kSignature:
    case PacketType::kPublicSubkey:
      return true;
    case PacketType::kUserId:
      return header.length.octets <= kMostUserId;
    default:
      return false;
  }
}

}  // namespace

bool is_public_key(std::span<const std::uint8_t> octets) {
  Base64Text spelled;
  spelled.write(octets);
  if (spelled.readable(kRefusalBits)) return false;
  bool is_first = true;
  while (!octets.empty()) {
    const PacketHeader header = parse_packet_header(octets);
    if (header.size == 0 || header.defect != OpenPgpDefect::kNone ||
        header.length.kind != LengthKind::kWhole ||
        header.length.octets > octets.size() - header.size) {
      return false;
    }
    if (is_first ? header.type != PacketType::kPublicKey
                 : !may_follow(header)) {
      return false;
    }
    is_first = false;
    octets = octets.subspan(header.size + header.length.octets);
  }
  return !is_first;
}

}  // namespace mime
