// The letters among 32 characters at a time.

#include "mime/base64_values_avx2.h"
#include "mime/letter_run_masks.h"
#include "mime/letter_runs.h"

namespace mime {

#if defined(__x86_64__)

[[gnu::target("avx2")]] void add_letter_runs_avx2(
    LetterRunCounts& counts, std::span<const std::uint8_t> blocks) {
  for (; blocks.size() >= 24; blocks = blocks.subspan(24)) {
    const __m256i values = six_bit_values(blocks.data());
    const __m256i separator = _mm256_cmpgt_epi8(values, _mm256_set1_epi8(61));
    const __m256i capital = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), values);
    const __m256i below_digits =
        _mm256_cmpgt_epi8(_mm256_set1_epi8(52), values);
    const __m256i small = _mm256_andnot_si256(capital, below_digits);
    add_letter_masks(counts, {static_cast<std::uint32_t>(_mm256_movemask_epi8(
                                  _mm256_or_si256(small, separator))),
                              static_cast<std::uint32_t>(_mm256_movemask_epi8(
                                  _mm256_or_si256(capital, separator)))});
  }
}

#else

void add_letter_runs_avx2(LetterRunCounts& counts,
                          std::span<const std::uint8_t> blocks) {
  add_letter_runs_scalar(counts, blocks);
}

#endif

}  // namespace mime
