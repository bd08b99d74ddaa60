#include "mime/field_text.h"

#include <cstdint>
#include <cstring>

#include "mime/ascii.h"

namespace mime {
namespace {

// One in each octet, and the highest bit of each.
constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighBits = kOnes * 0x80;

}  // namespace

std::size_t find_unusual(std::string_view text, std::size_t at) {
  for (; text.size() - at >= sizeof(std::uint64_t);
       at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    const std::uint64_t below_space = (word - kOnes * ' ') & ~word;
    const std::uint64_t above_tilde = (word + kOnes) | word;
    if (((below_space | above_tilde) & kHighBits) != 0) break;
  }
  while (at < text.size() && text[at] >= ' ' && text[at] <= '~') ++at;
  return at;
}

bool has_stray_control(std::string_view field_body) {
  for (std::size_t at = find_unusual(field_body, 0); at < field_body.size();
       at = find_unusual(field_body, at + 1)) {
    const auto octet = static_cast<unsigned char>(field_body[at]);
    if (octet > 127 || octet == '\t') continue;
    if (octet != '\r' || field_body.size() - at < 3 ||
        field_body[at + 1] != '\n' || !is_blank(field_body[at + 2])) {
      return true;
    }
    at += 2;
  }
  return false;
}

bool FieldText::take(char c) {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool FieldText::skip_blanks() { return !take_while(is_white_space).empty(); }

bool FieldText::skip_cfws() {
  for (;;) {
    skip_blanks();
    if (at_end() || text_[at_] != '(') return true;
    if (!skip_comment()) return false;
  }
}

bool FieldText::skip_comment() {
  has_comments_ = true;
  std::size_t depth = 0;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '(') {
      ++depth;
    } else if (c == ')') {
      if (--depth == 0) return true;
    } else if (c == '\\' && at_ < text_.size()) {
      ++at_;  // quoted-pair
      has_misleading_comments_ = true;
    } else if (std::string_view("<>@,;:\"").find(c) != std::string_view::npos) {
      has_misleading_comments_ = true;
    }
  }
  return false;
}

bool FieldText::take_quoted_string(std::string& value, bool* is_plain) {
  value.clear();
  if (!take('"')) return false;
  bool plain = true;
  while (at_ < text_.size()) {
    char c = text_[at_++];
    if (c == '"') {
      if (is_plain != nullptr) *is_plain = plain;
      return true;
    }
    if (c == '\r' || c == '\n') {  // a folding: its blank stays
      plain = false;
      continue;
    }
    if (c == '\\') {
      if (at_ == text_.size()) return false;
      plain = false;
      c = text_[at_++];
      if (c == '\r' || c == '\n') return false;  // RFC 5322 3.2.1
    }
    value.push_back(c);
  }
  return false;
}

}  // namespace mime
