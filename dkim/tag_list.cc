#include "dkim/tag_list.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "dkim/limits.h"

namespace dkim {
namespace {

bool is_tag_name(std::string_view name) {  // RFC 6376 3.2
  if (name.empty()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool later = (c >= '0' && c <= '9') || c == '_';
    if (!letter && (i == 0 || !later)) return false;
  }
  return true;
}

// VALCHAR and FWS; octets above 127 are U-labels (RFC 8616) and left to those
// who read the value.
constexpr std::array<bool, 256> make_foreign() {
  std::array<bool, 256> foreign{};
  for (std::size_t octet = 0; octet < 0x20; ++octet) foreign[octet] = true;
  for (const char c : std::string_view(" \t\r\n")) {
    foreign[static_cast<unsigned char>(c)] = false;
  }
  foreign[0x7f] = true;
  return foreign;
}
constexpr auto kForeign = make_foreign();

// Whether one of eight octets may be foreign: below 0x20, or 0x7f, or above
// one that is.
bool has_suspect(const char* octets) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t highs = 0x8080808080808080;
  std::uint64_t word = 0;
  std::memcpy(&word, octets, sizeof word);
  const std::uint64_t deletes = word ^ (ones * 0x7f);
  return (((word - ones * 0x20) & ~word) | ((deletes - ones) & ~deletes)) &
         highs;
}

bool is_tag_value(std::string_view value) {
  while (value.size() >= 8) {
    const auto eight = value.substr(0, has_suspect(value.data()) ? 8 : 0);
    for (const char c : eight) {
      if (kForeign[static_cast<unsigned char>(c)]) return false;
    }
    value.remove_prefix(8);
  }
  return std::none_of(value.begin(), value.end(), [](char c) {
    return kForeign[static_cast<unsigned char>(c)];
  });
}

bool has_tag(const TagList& list, std::string_view name) {
  return list.value(name).has_value();
}

}  // namespace

std::string_view trim_fws(std::string_view text) {
  while (!text.empty() && is_fws(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_fws(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<std::string_view> TagList::value(std::string_view name) const {
  for (const Tag& tag : tags) {
    if (tag.name == name) return tag.value;
  }
  return std::nullopt;
}

TagList parse_tag_list(std::string_view text, TagListMode mode) {
  TagList list;
  list.tags.reserve(16);
  std::size_t begin = 0;
  const auto refuse = [&list](TagListDefect defect) {
    list.defect = defect;
    return list;
  };
  while (begin < text.size()) {
    std::size_t end = text.find(';', begin);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view spec = text.substr(begin, end - begin);
    const std::size_t equals = spec.find('=');
    if (equals == std::string_view::npos) {
      const bool last = end >= text.size();
      const bool blank = trim_fws(spec).empty();
      // tag-list = tag-spec *( ";" tag-spec ) [ ";" ], and white space behind
      // the last ";" is everywhere.
      if (mode == TagListMode::kSignature && !(blank && last)) {
        return refuse(TagListDefect::kSyntax);
      }
    } else {
      Tag tag{trim_fws(spec.substr(0, equals)),
              trim_fws(spec.substr(equals + 1)), begin + equals + 1, end};
      if (!is_tag_name(tag.name) || !is_tag_value(tag.value) ||
          list.tags.size() == kMaxTags) {
        return refuse(TagListDefect::kSyntax);
      }
      if (has_tag(list, tag.name)) return refuse(TagListDefect::kDuplicateTag);
      list.tags.push_back(tag);
    }
    begin = end + 1;
  }
  return list;
}

std::vector<std::string_view> split_colons(std::string_view text,
                                           std::size_t limit) {
  std::vector<std::string_view> elements;
  std::size_t begin = 0;
  while (elements.size() < limit) {
    const std::size_t end = text.find(':', begin);
    elements.push_back(trim_fws(text.substr(begin, end - begin)));
    if (end == std::string_view::npos) break;
    begin = end + 1;
  }
  return elements;
}

}  // namespace dkim
