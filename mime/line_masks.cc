#include "mime/line_masks.h"

#include "mime/cpu_features.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mime {

void look_at_blocks(const char* octets, std::span<LineMasks> masks) {
  static const bool has_avx2 = cpu_has_avx2();
  if (has_avx2) {
    look_at_blocks_avx2(octets, masks);
  } else {
    look_at_blocks_scalar(octets, masks);
  }
}

void look_at_blocks_scalar(const char* octets, std::span<LineMasks> masks) {
  for (LineMasks& block : masks) {
    block = LineMasks();
    for (std::size_t i = 0; i < kMaskBlock; ++i) {
      const auto octet = static_cast<unsigned char>(*octets++);
      block.cr |= std::uint64_t{octet == '\r'} << i;
      block.lf |= std::uint64_t{octet == '\n'} << i;
      block.dash |= std::uint64_t{octet == '-'} << i;
      block.has_nul |= octet == 0;
      block.has_eight_bit |= octet > 127;
    }
  }
}

#if defined(__x86_64__)

namespace {

[[gnu::target("avx2")]] inline std::uint64_t bits_of(__m256i low,
                                                     __m256i high) {
  const auto low_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  const auto high_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
  return (std::uint64_t{high_bits} << 32) | low_bits;
}

}  // namespace

[[gnu::target("avx2")]] void look_at_blocks_avx2(const char* octets,
                                                 std::span<LineMasks> masks) {
  const __m256i cr = _mm256_set1_epi8('\r');
  const __m256i lf = _mm256_set1_epi8('\n');
  const __m256i dash = _mm256_set1_epi8('-');
  const __m256i nul = _mm256_setzero_si256();
  for (LineMasks& block : masks) {
    const auto* at = reinterpret_cast<const __m256i*>(octets);
    const __m256i low = _mm256_loadu_si256(at);
    const __m256i high = _mm256_loadu_si256(at + 1);
    octets += kMaskBlock;
    block.cr = bits_of(_mm256_cmpeq_epi8(low, cr), _mm256_cmpeq_epi8(high, cr));
    block.lf = bits_of(_mm256_cmpeq_epi8(low, lf), _mm256_cmpeq_epi8(high, lf));
    block.dash =
        bits_of(_mm256_cmpeq_epi8(low, dash), _mm256_cmpeq_epi8(high, dash));
    const __m256i least = _mm256_min_epu8(low, high);
    block.has_nul = _mm256_movemask_epi8(_mm256_cmpeq_epi8(least, nul)) != 0;
    block.has_eight_bit = _mm256_movemask_epi8(_mm256_or_si256(low, high)) != 0;
  }
}

#else

void look_at_blocks_avx2(const char* octets, std::span<LineMasks> masks) {
  look_at_blocks_scalar(octets, masks);
}

#endif

}  // namespace mime
