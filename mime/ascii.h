#pragma once

// ASCII text without a locale: what header fields are compared with.

#include <span>
#include <string>
#include <string_view>

namespace mime {

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_white_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string to_lower(std::string_view text);
// The same in place.
void make_lower(std::span<char> text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

// Without blanks and line ends at both ends.
std::string_view trim(std::string_view text);
bool is_all_white_space(std::string_view text);

// Foldings taken out (RFC 5322 2.2.3): each CRLF in front of a blank goes, the
// blank stays.
std::string unfold(std::string_view field_body);

}  // namespace mime
