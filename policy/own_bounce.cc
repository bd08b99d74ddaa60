#include "policy/own_bounce.h"

#include <algorithm>
#include <vector>

#include "dkim/signing_key.h"

namespace policy {

bool answers_us(const mime::BounceFacts& bounce,
                const Configuration& configuration) {
  std::vector<mime::HeaderField> fields;
  fields.reserve(bounce.returned_fields.size());
  for (const auto& [name, body] : bounce.returned_fields) {
    fields.push_back({name, body});
  }
  const auto& keys = configuration.signing_keys;
  return std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
    return dkim::verify_own_signature(fields, *key);
  });
}

}  // namespace policy
