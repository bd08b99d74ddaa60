#pragma once

// Base64 (RFC 4648 4) without padding: whole quads of the alphabet into
// octets.  Padding, line ends and the meaning of other characters are the
// caller's: armor and transfer encodings treat them differently.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mime {

// The value of a character, or 255 when it is not of the alphabet.
std::uint8_t base64_value(char character);

// Decodes quads from the front of `text` until one has a character outside
// the alphabet ('=' is outside), or `out` has no room for three octets more.
// Returns the characters consumed, a multiple of 4; three quarters as many
// octets are written.  The rest of `out` may be overwritten.
std::size_t decode_base64(std::string_view text, std::span<std::uint8_t> out);

// Lines of equal length, as armor and MIME bodies have them.
struct Base64Lines {
  std::size_t length = 64;        // characters of a line, a multiple of 4
  std::string_view end = "\r\n";  // and the line end: CRLF or LF
};

// Decodes lines of exactly that shape, each with its line end, from the front
// of `text` until one differs or `out` has not room for a whole one (with 8
// octets to spare).  Returns how many lines were decoded.
std::size_t decode_base64_lines(std::string_view text, Base64Lines lines,
                                std::span<std::uint8_t> out);

// The two implementations behind the functions above; they agree.  Those for
// AVX2 may be called only where cpu_has_avx2().
std::size_t decode_base64_scalar(std::string_view text,
                                 std::span<std::uint8_t> out);
std::size_t decode_base64_avx2(std::string_view text,
                               std::span<std::uint8_t> out);
std::size_t decode_base64_lines_scalar(std::string_view text, Base64Lines lines,
                                       std::span<std::uint8_t> out);
std::size_t decode_base64_lines_avx2(std::string_view text, Base64Lines lines,
                                     std::span<std::uint8_t> out);

}  // namespace mime
