#pragma once

// A tag-list (RFC 6376 3.2): "a=b; c=d", in signatures and in key records.
//
// Nothing is copied: names and values are views into the text, values without
// the white space around them, foldings inside them kept.  CR and LF count as
// white space wherever they stand, so that a folded field and its unfolded
// form are one list.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace dkim {

struct Tag {
  std::string_view name;
  std::string_view value;
  // Where everything between "=" and ";" stands in the text, white space
  // included: what is taken out of b= before hashing (RFC 6376 3.7).
  std::size_t begin = 0;
  std::size_t end = 0;
};

enum class TagListDefect : std::uint8_t { kNone, kSyntax, kDuplicateTag };

struct TagList {
  std::vector<Tag> tags;
  // The tags before the defect are there.
  TagListDefect defect = TagListDefect::kNone;
  std::optional<std::string_view> value(std::string_view name) const;
};

enum class TagListMode : std::uint8_t {
  kSignature,
  // Empty elements (";;") are skipped, and so is text without "=".
  kKeyRecord,
};

TagList parse_tag_list(std::string_view text, TagListMode mode);

constexpr bool is_fws(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
std::string_view trim_fws(std::string_view text);
// The first `limit` elements of a colon-separated list, trimmed.
std::vector<std::string_view> split_colons(std::string_view text,
                                           std::size_t limit);

}  // namespace dkim
