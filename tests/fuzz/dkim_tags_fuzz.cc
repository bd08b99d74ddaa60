// What a tag-list gives, printed, is the same tag-list; a tag that occurs
// twice is never there twice; and a valid signature stays the same when its b=
// is replaced, which is what the place of b= is for.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

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

void check_signature(std::string_view text) {
  const dkim::Signature signature = dkim::parse_signature(text);
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
  return 0;
}
