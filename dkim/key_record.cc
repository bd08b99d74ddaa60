#include "dkim/key_record.h"

#include <algorithm>

#include "dkim/base64.h"
#include "dkim/domain_name.h"
#include "dkim/limits.h"
#include "dkim/public_key.h"
#include "dkim/tag_list.h"

namespace dkim {
namespace {

// Zone editors leave `\;` and `\"` in the text.  Neither character has a
// meaning in a tag that is read here.
std::string without_zone_file_escapes(std::string_view text) {
  std::string plain(text);
  plain.erase(std::remove_if(plain.begin(), plain.end(),
                             [](char c) { return c == '\\' || c == '"'; }),
              plain.end());
  return plain;
}

bool lists(const TagList& list, std::string_view tag, std::string_view word) {
  const auto value = list.value(tag);
  if (!value) return false;
  const auto words = split_colons(*value, kMaxTags);
  return std::any_of(words.begin(), words.end(), [word](std::string_view w) {
    return equals_ignoring_case(w, word);
  });
}

Cause read_key(const TagList& list, KeyRecord& record) {
  const std::string_view type = list.value("k").value_or("rsa");
  const auto encoded = list.value("p");
  if (!encoded) return Cause::kKeySyntax;
  if (encoded->empty()) return Cause::kRevoked;  // RFC 6376 3.6.1
  const auto octets = decode_base64(*encoded);
  if (!octets) return Cause::kKeySyntax;
  if (equals_ignoring_case(type, "ed25519")) {
    record.type = KeyType::kEd25519;
    record.public_key = parse_ed25519_public_key(*octets);
    record.bits = 256;
    return record.public_key ? Cause::kNone : Cause::kKeyTypeMismatch;
  }
  if (!equals_ignoring_case(type, "rsa")) return Cause::kKeyTypeMismatch;
  // 64 octets are more than what stands around the modulus, and a full-size
  // exponent is refused as well: nothing larger reaches OpenSSL.
  if (octets->size() > kMaxRsaBits / 8 + 64) return Cause::kKeyTooLarge;
  record.public_key = parse_rsa_public_key(*octets);
  if (!record.public_key) return Cause::kKeySyntax;
  record.bits = bits_of(record.public_key);
  if (record.bits < kMinRsaBits) return Cause::kKeyTooSmall;
  if (record.bits > kMaxRsaBits) return Cause::kKeyTooLarge;
  return has_ordinary_exponent(record.public_key) ? Cause::kNone
                                                  : Cause::kKeySyntax;
}

// Without a look at the key in it.
bool looks_like_key_record(std::string_view text) {
  if (text.size() > kMaxKeyRecordSize) return false;
  const std::string plain = without_zone_file_escapes(text);
  const TagList list = parse_tag_list(plain, TagListMode::kKeyRecord);
  return list.value("p") && list.value("v").value_or("DKIM1") == "DKIM1";
}

}  // namespace

KeyRecord parse_key_record(std::string_view text) {
  KeyRecord record;
  if (text.size() > kMaxKeyRecordSize) {
    record.cause = Cause::kKeyTooLarge;
    return record;
  }
  const std::string plain = without_zone_file_escapes(text);
  const TagList list = parse_tag_list(plain, TagListMode::kKeyRecord);
  const auto version = list.value("v");
  // RFC 6376 3.6.1: a record with another version is discarded.
  if (list.defect != TagListDefect::kNone || (version && *version != "DKIM1")) {
    return record;
  }
  record.testing = lists(list, "t", "y");
  record.strict_auid = lists(list, "t", "s");
  record.allows_sha256 = !list.value("h") || lists(list, "h", "sha256");
  record.serves_email =
      !list.value("s") || lists(list, "s", "*") || lists(list, "s", "email");
  record.cause = read_key(list, record);
  if (record.cause != Cause::kNone) record.public_key.reset();
  return record;
}

KeyRecords parse_key_records(const std::vector<std::string>& texts) {
  KeyRecords records;
  // Those that look like one first: parsing a key is dear, so few are parsed.
  for (const bool plain : {true, false}) {
    const std::size_t looked_at = std::min(texts.size(), kMaxTextRecords);
    for (std::size_t i = 0; i < looked_at; ++i) {
      if (records.size() == kMaxKeyRecords) break;
      if (looks_like_key_record(texts[i]) == plain) {
        records.push_back(parse_key_record(texts[i]));
      }
    }
  }
  const auto is_foreign = [](const KeyRecord& record) {
    return record.cause == Cause::kKeySyntax;
  };
  if (!std::all_of(records.begin(), records.end(), is_foreign)) {
    records.erase(std::remove_if(records.begin(), records.end(), is_foreign),
                  records.end());
  }
  return records;
}

}  // namespace dkim
