#pragma once

// Is this one transferable public key (RFC 9580 10.1)?
//
// Every packet, field by field, to the last octet: a public key that can sign,
// perhaps its own signature, user ids and subkeys, each with its own
// signatures, in this order and within the bounds below, which a minimal
// export fits.  No pictures (user attributes), no revocations, no signatures
// of others.  Nothing is verified.  What no field fixes has to look as random
// as keys and signatures do (mime/openpgp_statistics.h), and as base64 it has
// to spell no words.
//
// What stays readable stands in docs/security.md: user ids, the addresses of
// one notation, and times, four octets each.

#include <cstddef>
#include <cstdint>
#include <span>

#include "mime/openpgp_defect.h"

namespace mime {

// Delta Chat writes one or none, of an address alone.
inline constexpr std::size_t kMaxUserIds = 2;
// Of all user ids: names with addresses.
inline constexpr std::size_t kMaxUserIdOctets = 256;
// Sequoia writes three subkeys, and a signature behind each packet.
inline constexpr std::size_t kMaxSubkeys = 6;
inline constexpr std::size_t kMaxKeySignatures = 9;

// kNone when it is.
OpenPgpDefect check_public_key(std::span<const std::uint8_t> octets);

}  // namespace mime
