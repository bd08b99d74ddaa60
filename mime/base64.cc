#include "mime/base64.h"

#include <array>

#include "mime/cpu_features.h"

namespace mime {
namespace {

constexpr std::uint8_t kInvalid = 255;

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kInvalid);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] =
        static_cast<std::uint8_t>(i);
  return values;
}

constexpr std::array<std::uint8_t, 256> kValues = make_values();

const bool kHasAvx2 = cpu_has_avx2();

}  // namespace

std::uint8_t base64_value(char character) {
  return kValues[static_cast<unsigned char>(character)];
}

std::size_t decode_base64_scalar(std::string_view text,
                                 std::span<std::uint8_t> out) {
  std::size_t read = 0;
  std::size_t written = 0;
  while (text.size() - read >= 4 && out.size() - written >= 3) {
    const std::uint8_t a = base64_value(text[read]);
    const std::uint8_t b = base64_value(text[read + 1]);
    const std::uint8_t c = base64_value(text[read + 2]);
    const std::uint8_t d = base64_value(text[read + 3]);
    // Values are below 64, so only kInvalid sets a high bit.
    if (((a | b | c | d) & 0xC0) != 0) break;
    out[written] = static_cast<std::uint8_t>(a << 2 | b >> 4);
    out[written + 1] = static_cast<std::uint8_t>(b << 4 | c >> 2);
    out[written + 2] = static_cast<std::uint8_t>(c << 6 | d);
    read += 4;
    written += 3;
  }
  return read;
}

std::size_t decode_base64_lines_scalar(std::string_view text, Base64Lines lines,
                                       std::span<std::uint8_t> out) {
  const std::size_t octets = lines.length / 4 * 3;
  std::size_t decoded = 0;
  while (text.size() >= lines.length + lines.end.size() &&
         out.size() >= octets + 8 &&
         text.substr(lines.length, lines.end.size()) == lines.end) {
    const std::string_view line = text.substr(0, lines.length);
    if (decode_base64_scalar(line, out) != lines.length) break;
    text.remove_prefix(lines.length + lines.end.size());
    out = out.subspan(octets);
    ++decoded;
  }
  return decoded;
}

std::size_t decode_base64(std::string_view text, std::span<std::uint8_t> out) {
  return kHasAvx2 ? decode_base64_avx2(text, out)
                  : decode_base64_scalar(text, out);
}

std::size_t decode_base64_lines(std::string_view text, Base64Lines lines,
                                std::span<std::uint8_t> out) {
  return kHasAvx2 ? decode_base64_lines_avx2(text, lines, out)
                  : decode_base64_lines_scalar(text, lines, out);
}

}  // namespace mime
