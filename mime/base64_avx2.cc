// Base64 32 characters at a time.
//
// A character is of the alphabet when the bit of its high nibble is set in
// the row of its low nibble.  Its value is the character plus an offset that
// its high nibble gives ('/' differs from '+', with which it shares one).
// Four 6-bit values are then joined to 24 bits by two multiply-adds.

#include "mime/base64.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <cstring>

namespace mime {
namespace {

struct Decoded {
  __m256i octets;  // 24 of them
  __m256i valid;   // not zero in each character that is of the alphabet
};

[[gnu::target("avx2")]] __m256i both_lanes(__m128i lane) {
  return _mm256_broadcastsi128_si256(lane);
}

// Bit h of a row: the character with high nibble h (2 to 7) belongs to the
// alphabet.  Rows 0 to 15 are the low nibble.
[[gnu::target("avx2")]] Decoded decode_32(__m256i characters) {
  // Row 0: '0' 'P' 'p'; rows 1 to 9: a digit and four letters; row 10: 'J' 'Z'
  // 'j' 'z'; row 11: '+' 'K' 'k'; rows 12 to 14: two letters; row 15: '/' and
  // two letters.
  const __m256i rows = both_lanes(_mm_setr_epi8(
      static_cast<char>(0xA8), static_cast<char>(0xF8), static_cast<char>(0xF8),
      static_cast<char>(0xF8), static_cast<char>(0xF8), static_cast<char>(0xF8),
      static_cast<char>(0xF8), static_cast<char>(0xF8), static_cast<char>(0xF8),
      static_cast<char>(0xF8), static_cast<char>(0xF0), 0x54, 0x50, 0x50, 0x50,
      0x54));
  const __m256i bits = both_lanes(_mm_setr_epi8(0, 0, 0x04, 0x08, 0x10, 0x20,
                                                0x40, static_cast<char>(0x80),
                                                0, 0, 0, 0, 0, 0, 0, 0));
  const __m256i offsets =
      both_lanes(_mm_setr_epi8(0, 0, 62 - '+', 52 - '0', -'A', -'A', 26 - 'a',
                               26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0));
  const __m256i nibble = _mm256_set1_epi8(0x0F);

  const __m256i high =
      _mm256_and_si256(_mm256_srli_epi32(characters, 4), nibble);
  const __m256i low = _mm256_and_si256(characters, nibble);
  const __m256i valid = _mm256_and_si256(_mm256_shuffle_epi8(rows, low),
                                         _mm256_shuffle_epi8(bits, high));
  const __m256i slash = _mm256_cmpeq_epi8(characters, _mm256_set1_epi8('/'));
  // '/' is 4 above '+', its value only 1 above.
  const __m256i offset =
      _mm256_add_epi8(_mm256_shuffle_epi8(offsets, high),
                      _mm256_and_si256(slash, _mm256_set1_epi8(-3)));
  const __m256i values = _mm256_add_epi8(characters, offset);

  const __m256i twelve_bits =
      _mm256_maddubs_epi16(values, _mm256_set1_epi32(0x01400140));
  const __m256i joined =
      _mm256_madd_epi16(twelve_bits, _mm256_set1_epi32(0x00011000));
  const __m256i big_endian = _mm256_shuffle_epi8(
      joined, both_lanes(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12,
                                       -1, -1, -1, -1)));
  const __m256i packed = _mm256_permutevar8x32_epi32(
      big_endian, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7));
  return {packed, valid};
}

[[gnu::target("avx2")]] bool all_valid(__m256i valid) {
  return _mm256_movemask_epi8(
             _mm256_cmpeq_epi8(valid, _mm256_setzero_si256())) == 0;
}

[[gnu::target("avx2")]] __m256i load_32(const char* text) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
}

[[gnu::target("avx2")]] void store_32(std::uint8_t* out, __m256i octets) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), octets);
}

// One line; `out` has 8 octets of room more than it decodes to.
[[gnu::target("avx2")]] bool decode_line(const char* text, std::size_t length,
                                         std::uint8_t* out) {
  __m256i valid = _mm256_set1_epi8(1);
  std::size_t read = 0;
  for (; length - read >= 32; read += 32, out += 24) {
    const Decoded decoded = decode_32(load_32(text + read));
    // Not zero stays not zero only where both are.
    valid = _mm256_min_epu8(valid, decoded.valid);
    store_32(out, decoded.octets);
  }
  if (read == length) return all_valid(valid);
  if (length >= 32) {
    // The last 32 once more, over what is there already.
    const Decoded decoded = decode_32(load_32(text + length - 32));
    store_32(out + (length - read) / 4 * 3 - 24, decoded.octets);
    return all_valid(_mm256_min_epu8(valid, decoded.valid));
  }
  // What is left, with quads that decode to zeros behind it.
  alignas(32) char rest[32];
  alignas(32) std::uint8_t octets[32];
  std::memset(rest, 'A', sizeof rest);
  std::memcpy(rest, text + read, length - read);
  const Decoded decoded = decode_32(load_32(rest));
  if (!all_valid(decoded.valid)) return false;
  store_32(octets, decoded.octets);
  std::memcpy(out, octets, (length - read) / 4 * 3);
  return true;
}

}  // namespace

[[gnu::target("avx2")]] std::size_t decode_base64_avx2(
    std::string_view text, std::span<std::uint8_t> out) {
  std::size_t read = 0;
  std::size_t written = 0;
  while (text.size() - read >= 32 && out.size() - written >= 32) {
    const Decoded decoded = decode_32(load_32(text.data() + read));
    if (!all_valid(decoded.valid)) break;
    store_32(out.data() + written, decoded.octets);
    read += 32;
    written += 24;
  }
  return read + decode_base64_scalar(text.substr(read), out.subspan(written));
}

[[gnu::target("avx2")]] std::size_t decode_base64_lines_avx2(
    std::string_view text, Base64Lines lines, std::span<std::uint8_t> out) {
  const std::size_t octets = lines.length / 4 * 3;
  const std::size_t whole = lines.length + lines.end.size();
  const char first = lines.end.front();
  const char last = lines.end.back();
  std::size_t decoded = 0;
  const char* line = text.data();
  while (text.size() - decoded * whole >= whole &&
         out.size() - decoded * octets >= octets + 8) {
    if (line[lines.length] != first || line[whole - 1] != last) break;
    if (!decode_line(line, lines.length, out.data() + decoded * octets)) break;
    line += whole;
    ++decoded;
  }
  return decoded;
}

}  // namespace mime

#else

namespace mime {

std::size_t decode_base64_avx2(std::string_view text,
                               std::span<std::uint8_t> out) {
  return decode_base64_scalar(text, out);
}

std::size_t decode_base64_lines_avx2(std::string_view text, Base64Lines lines,
                                     std::span<std::uint8_t> out) {
  return decode_base64_lines_scalar(text, lines, out);
}

}  // namespace mime

#endif
