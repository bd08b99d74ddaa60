// Whether a returned header section carries our own signature.

#include "dkim/domain_name.h"
#include "dkim/header_hash.h"
#include "dkim/header_section.h"
#include "dkim/limits.h"
#include "dkim/signature.h"
#include "dkim/signing_key.h"

namespace dkim {
namespace {

bool holds(HeaderSection& section, std::size_t field, const SigningKey& key) {
  const Signature signature = parse_signature(section.field(field).body);
  if (signature.cause != Cause::kNone || signature.key_type != key.type() ||
      signature.key_name != key.selector() + "._domainkey." + key.domain()) {
    return false;
  }
  const auto digest = header_hash(section, signature, field);
  return digest && verify_digest(key.key(), *digest, signature.octets);
}

}  // namespace

bool verify_own_signature(std::span<const mime::HeaderField> fields,
                          const SigningKey& key) {
  HeaderSection section;
  for (const mime::HeaderField& field : fields) {
    if (!section.add(field.name, field.body)) return false;
  }
  std::size_t seen = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!equals_ignoring_case(fields[i].name, "DKIM-Signature")) continue;
    if (++seen > kMaxSignatureFields) return false;
    if (holds(section, i, key)) return true;
  }
  return false;
}

}  // namespace dkim
