#include "policy/bounce.h"

#include <algorithm>
#include <vector>

#include "dkim/signing_key.h"
#include "policy/limits.h"

namespace policy {
namespace {

bool returns_our_signature(const Facts& facts) {
  std::vector<mime::HeaderField> fields;
  for (const auto& [name, body] : facts.shape->bounce.returned_fields) {
    fields.push_back({name, body});
  }
  const auto& keys = facts.configuration.signing_keys;
  return std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
    return dkim::verify_own_signature(fields, *key);
  });
}

}  // namespace

bool is_acceptable_bounce(const Facts& facts) {
  if (facts.shape->shape != mime::Shape::kBounce ||
      !facts.envelope.reverse_path.empty()) {  // RFC 3464 2
    return false;
  }
  const mime::BounceFacts& bounce = facts.shape->bounce;
  const std::size_t all =
      bounce.text_octets + bounce.status_octets + bounce.returned_header_octets;
  // What did not verify is text like any other.
  if (bounce.text_octets + bounce.returned_header_octets <= kMaxBounceText &&
      bounce.longest_diagnostic <= kMaxBounceDiagnostic &&
      bounce.status_octets <= kMaxBounceStatus) {
    return true;
  }
  return all <= kMaxOwnBounceText && returns_our_signature(facts);
}

}  // namespace policy
