// CRC24 by folding: octets are the coefficients of a polynomial, highest
// first, and 64 octets times x^512 are replaced by something as short that has
// the same remainder: each 64-bit half times (its power of x modulo the CRC's
// polynomial).  What is left, 16 octets, goes through the tables.

#include "mime/crc24.h"

#if defined(__x86_64__)

#include <immintrin.h>

namespace mime {
namespace {

// x^exponent modulo the polynomial.
constexpr long long power_of_x(int exponent) {
  std::uint32_t power = 1;
  for (int i = 0; i < exponent; ++i) {
    power <<= 1;
    if ((power & 0x1000000) != 0) power ^= kCrc24Polynomial;
  }
  return power;
}

[[gnu::target("pclmul,ssse3")]] __m128i load_reversed(const std::uint8_t* p) {
  const __m128i reverse =
      _mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  return _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)),
                          reverse);
}

// `block` moved up by the distance of the constants, joined with `next`.
[[gnu::target("pclmul,ssse3")]] __m128i fold(__m128i block, __m128i powers,
                                             __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(block, powers, 0x00);
  const __m128i high = _mm_clmulepi64_si128(block, powers, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

}  // namespace

[[gnu::target("pclmul,ssse3")]] std::uint32_t crc24_pclmul(
    std::uint32_t crc, std::span<const std::uint8_t> octets) {
  if (octets.size() < 128) return crc24_tables(crc, octets);
  const __m128i by_512 = _mm_set_epi64x(power_of_x(576), power_of_x(512));
  const __m128i by_128 = _mm_set_epi64x(power_of_x(192), power_of_x(128));
  const std::uint8_t* p = octets.data();
  __m128i a = load_reversed(p);
  __m128i b = load_reversed(p + 16);
  __m128i c = load_reversed(p + 32);
  __m128i d = load_reversed(p + 48);
  // The checksum so far is added to the first 24 bits.
  a = _mm_xor_si128(
      a, _mm_slli_epi64(_mm_set_epi64x(static_cast<long long>(crc), 0), 40));
  std::size_t read = 64;
  for (; octets.size() - read >= 64; read += 64) {
    a = fold(a, by_512, load_reversed(p + read));
    b = fold(b, by_512, load_reversed(p + read + 16));
    c = fold(c, by_512, load_reversed(p + read + 32));
    d = fold(d, by_512, load_reversed(p + read + 48));
  }
  b = fold(a, by_128, b);
  c = fold(b, by_128, c);
  d = fold(c, by_128, d);
  for (; octets.size() - read >= 16; read += 16)
    d = fold(d, by_128, load_reversed(p + read));
  alignas(16) std::uint8_t rest[16];
  const __m128i reverse =
      _mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  _mm_store_si128(reinterpret_cast<__m128i*>(rest),
                  _mm_shuffle_epi8(d, reverse));
  return crc24_tables(crc24_tables(0, rest), octets.subspan(read));
}

}  // namespace mime

#else

namespace mime {

std::uint32_t crc24_pclmul(std::uint32_t crc,
                           std::span<const std::uint8_t> octets) {
  return crc24_tables(crc, octets);
}

}  // namespace mime

#endif
