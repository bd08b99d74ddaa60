#include "dkim/tag_list.h"

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
bool is_tag_value(std::string_view value) {
  for (const char c : value) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet == 0x7f || (octet < 0x20 && !is_fws(c))) return false;
  }
  return true;
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
