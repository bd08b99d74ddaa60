#include "mime/utf8.h"

#include <cstddef>
#include <cstdint>

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

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
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

}  // namespace mime
