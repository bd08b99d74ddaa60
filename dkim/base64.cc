#include "dkim/base64.h"

#include <array>
#include <cstdint>

#include "dkim/tag_list.h"

namespace dkim {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kForeign = 0xff;
constexpr std::uint8_t kBlank = 0xfe;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kForeign);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] =
        static_cast<std::uint8_t>(i);
  }
  for (const char c : std::string_view(" \t\r\n")) {
    values[static_cast<unsigned char>(c)] = kBlank;
  }
  return values;
}
constexpr auto kValues = make_values();

std::uint8_t value_of(char c) { return kValues[static_cast<unsigned char>(c)]; }

char* put_three(std::uint32_t bits, char* to) {
  *to++ = static_cast<char>(bits >> 16);
  *to++ = static_cast<char>(bits >> 8);
  *to++ = static_cast<char>(bits);
  return to;
}

// Four characters of the alphabet after the other, up to the first that is
// none: nearly all of a signature.  Returns how many characters that were.
std::size_t decode_fours(std::string_view text, char*& to) {
  std::size_t i = 0;
  for (; text.size() - i >= 4; i += 4) {
    const std::uint32_t a = value_of(text[i]);
    const std::uint32_t b = value_of(text[i + 1]);
    const std::uint32_t c = value_of(text[i + 2]);
    const std::uint32_t d = value_of(text[i + 3]);
    if ((a | b | c | d) >= kAlphabet.size()) break;
    to = put_three(a << 18 | b << 12 | c << 6 | d, to);
  }
  return i;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  std::string octets(text.size() / 4 * 3 + 3, '\0');
  char* to = octets.data();
  std::size_t padding = 0;
  std::uint32_t bits = 0;
  std::size_t rest = 0;  // characters in `bits`
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (rest == 0 && padding == 0) {
      i += decode_fours(text.substr(i), to);
      if (i == text.size()) break;
    }
    const std::uint8_t value = value_of(text[i]);
    if (value == kBlank) continue;
    if (text[i] == '=') {
      ++padding;
      continue;
    }
    if (value == kForeign || padding > 0) return std::nullopt;
    bits = bits << 6 | value;
    if (++rest < 4) continue;
    rest = 0;
    to = put_three(bits, to);
  }
  if (rest == 1 || padding > (4 - rest) % 4) return std::nullopt;
  if (rest == 2) {
    *to++ = static_cast<char>(bits >> 4);
  } else if (rest == 3) {
    *to++ = static_cast<char>(bits >> 10);
    *to++ = static_cast<char>(bits >> 2);
  }
  octets.resize(static_cast<std::size_t>(to - octets.data()));
  return octets;
}

std::string encode_base64(std::string_view octets) {
  std::string text;
  text.reserve((octets.size() + 2) / 3 * 4);
  const auto at = [octets](std::size_t i) {
    return i < octets.size()
               ? std::uint32_t{static_cast<unsigned char>(octets[i])}
               : 0U;
  };
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    const std::uint32_t bits = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    text.push_back(kAlphabet[bits >> 18]);
    text.push_back(kAlphabet[bits >> 12 & 63]);
    text.push_back(i + 1 < octets.size() ? kAlphabet[bits >> 6 & 63] : '=');
    text.push_back(i + 2 < octets.size() ? kAlphabet[bits & 63] : '=');
  }
  return text;
}

}  // namespace dkim
