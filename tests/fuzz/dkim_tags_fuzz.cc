// What a tag-list gives, printed, is the same tag-list; a tag that occurs
// twice is never there twice; a valid signature stays the same when its b=
// is replaced, which is what the place of b= is for, and when it is read for
// its own domain; base64 is what an obvious decoder makes of it.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "dkim/base64.h"
#include "dkim/limits.h"
#include "dkim/signature.h"
#include "dkim/tag_list.h"
#include "tests/fuzz/check.h"

namespace {

void check_list(std::string_view text, dkim::TagListMode mode) {
  const dkim::TagList list = dkim::parse_tag_list(text, mode);
  std::string printed;
  std::set<std::string_view> names;
  for (const dkim::Tag& tag : list.tags) {
    fuzz::check(names.insert(tag.name).second, "a name stands once");
    fuzz::check(tag.begin <= tag.end && tag.end <= text.size(),
                "a value lies in the text");
    fuzz::check(dkim::trim_fws(text.substr(tag.begin, tag.end - tag.begin)) ==
                    tag.value,
                "a value is what its place holds");
    printed.append(tag.name).append("=").append(tag.value).append(";");
  }
  const dkim::TagList again = dkim::parse_tag_list(printed, mode);
  fuzz::check(again.defect == dkim::TagListDefect::kNone &&
                  again.tags.size() == list.tags.size(),
              "a printed list has the same tags");
  for (std::size_t i = 0; i < list.tags.size(); ++i) {
    fuzz::check(again.tags[i].name == list.tags[i].name &&
                    again.tags[i].value == list.tags[i].value,
                "a printed tag is the same");
  }
}

// Bit by bit, after what may stand anywhere is gone.
std::optional<std::string> obvious_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  std::size_t characters = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (dkim::is_fws(c)) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos || padding > 0) return std::nullopt;
    ++characters;
    for (int bit = 5; bit >= 0; --bit) {
      bits.push_back((value >> bit & 1U) != 0 ? '1' : '0');
    }
  }
  const std::size_t left = characters % 4;
  if (left == 1 || padding > (4 - left) % 4) return std::nullopt;
  std::string octets;
  for (std::size_t i = 0; i + 8 <= bits.size(); i += 8) {
    octets.push_back(
        static_cast<char>(std::stoi(bits.substr(i, 8), nullptr, 2)));
  }
  return octets;
}

void check_for_a_domain(const dkim::Signature& signature,
                        std::string_view text) {
  const dkim::Signature own = dkim::parse_signature_of(signature.domain, text);
  if (signature.key_name.empty()) return;
  fuzz::check(own.cause == signature.cause && own.octets == signature.octets &&
                  own.signed_fields == signature.signed_fields,
              "read for its own domain it is the same");
  const dkim::Signature other =
      dkim::parse_signature_of("no-such.domain.invalid", text);
  fuzz::check(
      signature.domain == "no-such.domain.invalid" ||
          (other.cause == dkim::Cause::kNotAligned &&
           other.key_name == signature.key_name && other.signed_fields.empty()),
      "read for another domain it is its names");
}

void check_signature(std::string_view text) {
  const dkim::Signature signature = dkim::parse_signature(text);
  check_for_a_domain(signature, text);
  if (signature.cause != dkim::Cause::kNone) return;
  fuzz::check(signature.key_name.size() <= dkim::kMaxDomainNameSize,
              "the name of the key is one");
  fuzz::check(!signature.octets.empty() && !signature.signed_fields.empty(),
              "a valid signature is complete");
  std::string other(text.substr(0, signature.signature_begin));
  other.append("QUJDRA==").append(text.substr(signature.signature_end));
  const dkim::Signature replaced = dkim::parse_signature(other);
  // A b= that was short may have kept the field below the bound.
  if (replaced.cause == dkim::Cause::kFieldTooLarge) return;
  fuzz::check(
      replaced.cause == dkim::Cause::kNone && replaced.octets == "ABCD" &&
          replaced.key_name == signature.key_name &&
          replaced.body_hash == signature.body_hash &&
          replaced.signed_fields.size() == signature.signed_fields.size(),
      "only b= is replaced at the place of b=");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(octets), size);
  check_list(input, dkim::TagListMode::kSignature);
  check_list(input, dkim::TagListMode::kKeyRecord);
  check_signature(input);
  fuzz::check(dkim::decode_base64(input) == obvious_base64(input),
              "base64 is decoded as it is obvious");
  return 0;
}
