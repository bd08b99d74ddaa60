#include "dkim/header_hash.h"

#include "dkim/sha256.h"

namespace dkim {

std::optional<Digest> header_hash(HeaderSection& section,
                                  const Signature& signature,
                                  std::size_t field) {
  const Canonicalization form = signature.header_canonicalization;
  std::string canonical;
  canonical.reserve(4096);
  Sha256 hash;
  for (const std::size_t index :
       section.choose(signature.signed_fields, field)) {
    const mime::HeaderField chosen = section.field(index);
    canonicalize_field(form, chosen.name, chosen.body, canonical);
    if (canonical.size() >= 4096) {
      hash.write(canonical);
      canonical.clear();
    }
  }
  const mime::HeaderField own = section.field(field);
  std::string body(own.body.substr(0, signature.signature_begin));
  body.append(own.body.substr(signature.signature_end));
  canonicalize_field(form, own.name, body, canonical);
  canonical.resize(canonical.size() - 2);
  hash.write(canonical);
  return hash.finish();
}

}  // namespace dkim
