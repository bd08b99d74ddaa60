#pragma once

// Signature packets of a public key (RFC 9580 5.2): those by which a key binds
// its user ids and subkeys to itself, and nobody else's.
//
// Nothing is verified.  What matters is that each octet is fixed by the
// grammar, or looks as random as a signature: subpackets are an allow-list,
// each with its length and its values.  Notations are free text; three names
// are known whose values are not.

#include <cstdint>

#include "mime/openpgp_fields.h"
#include "mime/openpgp_key_material.h"

namespace mime {

// What a signature stands behind; kBack is the signature of a signing subkey
// inside that subkey's binding (RFC 9580 5.2.3.34).
enum class SignaturePlace : std::uint8_t { kKey, kUserId, kSubkey, kBack };

// Who signs, and what its signatures have said so far: they say the same.
struct Signer {
  PublicKey key;
  FieldReader::Octets fingerprint;
  FieldReader::Octets key_id;
};

// The body of a packet by `signer`; look at `fields.good()`.  `subkey` is the
// one in front of it at kSubkey.
void take_signature(FieldReader& fields, SignaturePlace place, Signer& signer,
                    const PublicKey& subkey);

}  // namespace mime
