#pragma once

// The subpackets of a signature of a public key (RFC 9580 5.2.3.7): an
// allow-list of types, each once, with its length and its values.

#include <cstdint>

#include "mime/openpgp_signature.h"

namespace mime {

class Subpackets {
 public:
  // All outlive it.  `subkey` made the signature that may be embedded.
  Subpackets(SignaturePlace place, Signer& signer, const PublicKey& subkey)
      : place_(place), signer_(signer), subkey_(subkey) {}

  // The next one of the area that was signed, or of the other one.
  void take(FieldReader& area, bool is_hashed);
  // Call behind both areas: is there what has to be?
  void finish(FieldReader& fields);

 private:
  void value(std::uint8_t type, FieldReader& fields);
  void fingerprint(FieldReader& fields);
  void key_id(FieldReader& fields);
  void back_signature(FieldReader& fields);
  void notation(FieldReader& fields);
  bool has(std::uint8_t type) const { return (seen_ >> type & 1) != 0; }
  // False when there was one.
  bool is_first(std::uint8_t type);

  SignaturePlace place_;
  Signer& signer_;
  const PublicKey& subkey_;
  std::uint64_t seen_ = 0;
};

}  // namespace mime
