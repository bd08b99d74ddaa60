#pragma once

// Public-Key and Public-Subkey packets (RFC 9580 5.5), field by field.
//
// Versions 4 and 6, and the algorithms that today's programs make keys for:
// RSA, ECDH, ECDSA and EdDSA on named curves, X25519, X448, Ed25519, Ed448.
// DSA, Elgamal and the keys of post-quantum algorithms are not taken: no
// client of a chatmail relay makes them.  Octets that are not fixed by the
// checks here go to the statistics, as in mime/openpgp_session_key.h.

#include <cstddef>
#include <cstdint>

#include "mime/openpgp_algorithms.h"
#include "mime/openpgp_fields.h"

namespace mime {

// What a signature by the key must look like.
struct PublicKey {
  std::uint8_t version = 0;
  PublicKeyAlgorithm algorithm{};
  // Of the modulus, or of each number of a signature on the curve.
  std::size_t bits = 0;
};

// The body of a packet; look at `fields.good()`, then at what is left.
PublicKey take_public_key(FieldReader& fields);

constexpr bool can_sign(PublicKeyAlgorithm algorithm) {
  switch (algorithm) {
    case PublicKeyAlgorithm::kRsa:
    case PublicKeyAlgorithm::kRsaSignOnly:
    case PublicKeyAlgorithm::kEcdsa:
    case PublicKeyAlgorithm::kEdDsaLegacy:
    case PublicKeyAlgorithm::kEd25519:
    case PublicKeyAlgorithm::kEd448:
      return true;
    default:
      return false;
  }
}

}  // namespace mime
