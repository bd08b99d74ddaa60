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

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  std::string octets;
  octets.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  std::size_t characters = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
    if (value == kBlank) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    if (value == kForeign || padding > 0) return std::nullopt;
    bits = bits << 6 | value;
    if (++characters % 4 == 0) {
      octets.push_back(static_cast<char>(bits >> 16));
      octets.push_back(static_cast<char>(bits >> 8));
      octets.push_back(static_cast<char>(bits));
    }
  }
  const std::size_t rest = characters % 4;
  if (rest == 1 || padding > (4 - rest) % 4) return std::nullopt;
  if (rest == 2) {
    octets.push_back(static_cast<char>(bits >> 4));
  } else if (rest == 3) {
    octets.push_back(static_cast<char>(bits >> 10));
    octets.push_back(static_cast<char>(bits >> 2));
  }
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
