#pragma once

// The lexical tokens of structured field bodies (RFC 5322 3.2), read from left
// to right.
//
// One position that only moves forward, comments counted and not recursed
// into: linear whatever the nesting.  A grammar (mime/content_type.cc,
// mime/author.cc) says what may follow what.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace mime {

// RFC 5322 2.2: what a field name is made of.
inline constexpr auto is_ftext = [](char c) {
  return c > 32 && c < 127 && c != ':';
};

// Sets of octets, as tables: these questions are asked of every octet of the
// structured fields.
using OctetTable = std::array<bool, 256>;

// Letters, digits, and `others`.
constexpr OctetTable table_of(std::string_view others) {
  OctetTable table{};
  for (unsigned c = 0; c < 128; ++c) {
    table[c] = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
  }
  for (const char c : others) table[static_cast<unsigned char>(c)] = true;
  return table;
}

inline constexpr OctetTable kAtext = table_of("!#$%&'*+-/=?^_`{|}~");
inline constexpr OctetTable kTokenChar = table_of("!#$%&'*+-.^_`{|}~");

// RFC 5322 3.2.3, octets above 127 not included.
inline constexpr auto is_atext = [](char c) {
  return kAtext[static_cast<unsigned char>(c)];
};
// RFC 2045 5.1.
inline constexpr auto is_token_char = [](char c) {
  return kTokenChar[static_cast<unsigned char>(c)];
};
// Where, from `at` on, the first octet stands that is not printable ASCII; the
// size when there is none.
std::size_t find_unusual(std::string_view text, std::size_t at);

// Whether a field body holds a C0 control or DEL other than HTAB, or a CR or
// LF that is not part of a folding (RFC 5322 2.2.3).
bool has_stray_control(std::string_view field_body);

class FieldText {
 public:
  explicit FieldText(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  // NUL at the end; a NUL in the text is no token of any grammar either.
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(char c);
  std::size_t position() const { return at_; }
  // What was read since a position.
  std::string_view since(std::size_t position) const {
    return text_.substr(position, at_ - position);
  }

  // Blanks and foldings.  False when there was none.
  bool skip_blanks();
  // Blanks, foldings, comments (RFC 5322 3.2.2).  False when a comment does
  // not end.
  bool skip_cfws();
  bool has_comments() const { return has_comments_; }
  // Whether a comment holds what a reader that knows no comments would act on:
  // one of `<>@,;:"\\`.
  bool has_misleading_comments() const { return has_misleading_comments_; }

  // The longest run of `is_member` octets, perhaps empty.
  template <typename Predicate>
  std::string_view take_while(Predicate is_member) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_member(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  // A quoted-string (RFC 5322 3.2.4) into `value`, quotes, backslashes and
  // line ends taken out.  False when none is here or it does not end.
  // `is_plain` tells whether the value is the very text between the quotes.
  bool take_quoted_string(std::string& value, bool* is_plain = nullptr);

 private:
  bool skip_comment();

  std::string_view text_;
  std::size_t at_ = 0;
  bool has_comments_ = false;
  bool has_misleading_comments_ = false;
};

}  // namespace mime
