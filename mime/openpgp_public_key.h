#pragma once

// Is this one transferable public key (RFC 9580 10.1)?
//
// The walk of its packets, to the last octet: a public key, then user ids,
// signatures and subkeys.  Nothing is verified; what matters is that no other
// packet, no octet beside the packets and no words in base64 hide in it.  User
// attributes (pictures) are not taken.

#include <cstdint>
#include <span>

namespace mime {

bool is_public_key(std::span<const std::uint8_t> octets);

}  // namespace mime
