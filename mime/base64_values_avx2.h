#pragma once

// The 32 values of 6 bits in 24 octets, a lane each.  Reads no octet beyond
// the 24.  For routines of AVX2 alone.

#if defined(__x86_64__)

#include <immintrin.h>

#include <cstdint>

namespace mime {

[[gnu::target("avx2")]] inline __m256i six_bit_values(
    const std::uint8_t* octets) {
  // Twelve octets to a lane, the second lane's from 4 on; then each three as
  // b, a, c, b, so that 16-bit numbers hold the bits of two values.
  const auto* front = reinterpret_cast<const __m128i*>(octets);
  const auto* back = reinterpret_cast<const __m128i*>(octets + 8);
  const __m256i lanes =
      _mm256_set_m128i(_mm_loadu_si128(back), _mm_loadu_si128(front));
  const __m256i spread = _mm256_shuffle_epi8(
      lanes,
      _mm256_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10, 5, 4,
                       6, 5, 8, 7, 9, 8, 11, 10, 12, 11, 14, 13, 15, 14));
  const __m256i first_and_third = _mm256_mulhi_epu16(
      _mm256_and_si256(spread, _mm256_set1_epi32(0x0FC0FC00)),
      _mm256_set1_epi32(0x04000040));
  const __m256i second_and_fourth = _mm256_mullo_epi16(
      _mm256_and_si256(spread, _mm256_set1_epi32(0x003F03F0)),
      _mm256_set1_epi32(0x01000010));
  return _mm256_or_si256(first_and_third, second_and_fourth);
}

}  // namespace mime

#endif
