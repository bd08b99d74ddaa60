#include "mime/ascii.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace mime {
namespace {

constexpr std::uint64_t in_each_octet(unsigned octet) {
  return 0x0101010101010101U * octet;
}

// Eight octets at once.  Each, without its highest bit, is moved so that the
// bit tells whether it is 'A' or more, and whether it is more than 'Z'; none
// carries into the next.
std::uint64_t lower_word(std::uint64_t octets) {
  constexpr std::uint64_t high = in_each_octet(0x80);
  const std::uint64_t low_bits = octets & ~high;
  const std::uint64_t at_least_a = low_bits + in_each_octet(0x80 - 'A');
  const std::uint64_t beyond_z = low_bits + in_each_octet(0x7F - 'Z');
  const std::uint64_t is_upper = (at_least_a ^ beyond_z) & ~octets & high;
  static_assert('a' - 'A' == 0x80 >> 2);
  return octets | is_upper >> 2;
}

void lower_eight(char* text) {
  std::uint64_t octets = 0;
  std::memcpy(&octets, text, sizeof octets);
  octets = lower_word(octets);
  std::memcpy(text, &octets, sizeof octets);
}

}  // namespace

void make_lower(std::span<char> text) {
  constexpr std::size_t word = sizeof(std::uint64_t);
  if (text.size() < word) {
    for (char& c : text) c = to_lower(c);
    return;
  }
  for (std::size_t i = 0; i + word <= text.size(); i += word) {
    lower_eight(&text[i]);
  }
  // The rest; what is lower already stays so.
  lower_eight(&text[text.size() - word]);
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  make_lower(lower);
  return lower;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return x == y || to_lower(x) == to_lower(y);
         });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_all_white_space(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_white_space);
}

std::string unfold(std::string_view field_body) {
  if (field_body.find('\r') == std::string_view::npos &&
      field_body.find('\n') == std::string_view::npos) {
    return std::string(field_body);
  }
  std::string unfolded;
  unfolded.reserve(field_body.size());
  for (char c : field_body) {
    if (c != '\r' && c != '\n') unfolded.push_back(c);
  }
  return unfolded;
}

}  // namespace mime
