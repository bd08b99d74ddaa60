#include "mime/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mime {
namespace {

// How many octets follow a first octet, and in which range the second is.
struct Sequence {
  std::size_t tail = 0;  // 0: not a first octet
  std::uint8_t lowest = 0x80;
  std::uint8_t highest = 0xbf;
};

Sequence sequence_of(std::uint8_t first) {
  if (first >= 0xc2 && first <= 0xdf) return {1};
  if (first == 0xe0) return {2, 0xa0, 0xbf};  // no overlong form
  if (first == 0xed) return {2, 0x80, 0x9f};  // no surrogate
  if (first >= 0xe1 && first <= 0xef) return {2};
  if (first == 0xf0) return {3, 0x90, 0xbf};
  if (first >= 0xf1 && first <= 0xf3) return {3};
  if (first == 0xf4) return {3, 0x80, 0x8f};  // up to U+10FFFF
  return {};
}

// At least so many octets at the beginning are ASCII: most texts are all of it.
std::size_t ascii_octets(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t at = 0;
  for (; text.size() - at >= sizeof(std::uint64_t);
       at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & high_bits) != 0) break;
  }
  return at;
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = ascii_octets(text); at < text.size(); ++at) {
    const auto first = static_cast<std::uint8_t>(text[at]);
    if (first < 0x80) continue;
    Sequence sequence = sequence_of(first);
    if (sequence.tail == 0 || text.size() - at <= sequence.tail) return false;
    for (; sequence.tail > 0; --sequence.tail) {
      const auto octet = static_cast<std::uint8_t>(text[++at]);
      if (octet < sequence.lowest || octet > sequence.highest) return false;
      sequence.lowest = 0x80;
      sequence.highest = 0xbf;
    }
  }
  return true;
}

bool has_c1_control(std::string_view text) {
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const auto second = static_cast<std::uint8_t>(text[at + 1]);
    if (text[at] == '\xc2' && second < 0xa0) return true;
  }
  return false;
}

namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

constexpr Range kDeceptive[] = {
    {0xa0, 0xa0},      {0xad, 0xad},     {0x34f, 0x34f},   {0x61c, 0x61c},
    {0x115f, 0x1160},  {0x1680, 0x1680}, {0x17b4, 0x17b5}, {0x180b, 0x180f},
    {0x2000, 0x200f},  {0x2024, 0x2024}, {0x2028, 0x202f}, {0x205f, 0x206f},
    {0x3000, 0x3002},  {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfe50, 0xfe6f},
    {0xfeff, 0xfeff},  {0xff00, 0xffef}, {0xfff0, 0xffff}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff}};

// The code point at text[at], which is moved behind it.  Valid UTF-8 only.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto first = static_cast<std::uint8_t>(text[at++]);
  if (first < 0x80) return first;
  std::size_t tail = sequence_of(first).tail;
  std::uint32_t code_point = first & (0x3fU >> tail);
  for (; tail > 0; --tail) {
    code_point =
        code_point << 6 | (static_cast<std::uint8_t>(text[at++]) & 63U);
  }
  return code_point;
}

}  // namespace

bool has_deceptive_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t code_point = next_code_point(text, at);
    for (const Range& range : kDeceptive) {
      if (code_point >= range.first && code_point <= range.last) return true;
    }
  }
  return false;
}

}  // namespace mime
