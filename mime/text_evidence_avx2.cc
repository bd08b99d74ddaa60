// The text models on 32 octets at a time.
//
// A weight is found by a shuffle with the high nibble.  The Latin model has
// six more tables, for the octets of ASCII: one shuffle each, in which all
// octets of other rows are made to give zero.  Weights get 128 added, so that
// the sum of absolute differences with zero adds up 8 octets; the four sums
// of a model and those of three others are then packed as 16-bit lanes.

#include "mime/text_evidence.h"
#include "mime/text_weights.h"
#include "mime/word_count.h"

#if defined(__x86_64__)

#include <immintrin.h>

namespace mime {
namespace {

constexpr int kBias = 128;

struct Tables {
  alignas(32) std::array<std::array<std::uint8_t, 16>, 8> nibbles{};
  alignas(32) std::array<std::array<std::uint8_t, 16>, 6> ascii{};
};

constexpr Tables make_tables() {
  Tables tables;
  for (std::size_t model = 0; model < 8; ++model) {
    for (std::size_t i = 0; i < 16; ++i)
      tables.nibbles[model][i] =
          static_cast<std::uint8_t>(kNibbleWeights[model][i] + kBias);
  }
  // Nibbles 2 to 7 of the Latin model come from the other tables alone.
  for (std::size_t i = 2; i < 8; ++i) tables.nibbles[0][i] = 0;
  for (std::size_t row = 0; row < 6; ++row) {
    for (std::size_t i = 0; i < 16; ++i)
      tables.ascii[row][i] =
          static_cast<std::uint8_t>(kLatinAscii[row * 16 + i] + kBias);
  }
  return tables;
}

constexpr Tables kTables = make_tables();

[[gnu::target("avx2")]] inline __m256i both_lanes(
    const std::array<std::uint8_t, 16>& table) {
  return _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(table.data())));
}

[[gnu::target("avx2")]] inline __m256i sums_of_8(__m256i weights) {
  return _mm256_sad_epu8(weights, _mm256_setzero_si256());
}

[[gnu::target("avx2")]] inline __m256i model_sums(std::size_t model,
                                                  __m256i high) {
  return sums_of_8(
      _mm256_shuffle_epi8(both_lanes(kTables.nibbles[model]), high));
}

[[gnu::target("avx2")]] inline __m256i latin_sums(__m256i octets,
                                                  __m256i high) {
  __m256i weights = _mm256_shuffle_epi8(both_lanes(kTables.nibbles[0]), high);
  for (int row = 0; row < 6; ++row) {
    // Octets of this row become 0x70 to 0x7F, all others above 0x7F, which a
    // shuffle turns to zero.
    const __m256i in_row = _mm256_adds_epu8(
        _mm256_xor_si256(octets,
                         _mm256_set1_epi8(static_cast<char>((row + 2) << 4))),
        _mm256_set1_epi8(0x70));
    weights = _mm256_or_si256(
        weights,
        _mm256_shuffle_epi8(
            both_lanes(kTables.ascii[static_cast<std::size_t>(row)]), in_row));
  }
  return sums_of_8(weights);
}

// Four sums below 2^16 into the 16-bit lanes of each 64.
[[gnu::target("avx2")]] inline __m256i pack_lanes(__m256i a, __m256i b,
                                                  __m256i c, __m256i d) {
  return _mm256_or_si256(
      _mm256_or_si256(a, _mm256_slli_epi64(b, 16)),
      _mm256_or_si256(_mm256_slli_epi64(c, 32), _mm256_slli_epi64(d, 48)));
}

[[gnu::target("avx2")]] inline std::uint32_t word_octets(__m256i octets) {
  const __m256i lower = _mm256_or_si256(octets, _mm256_set1_epi8(0x20));
  // 'a' to 'z' become -128 to -103.
  const __m256i shifted =
      _mm256_add_epi8(lower, _mm256_set1_epi8(static_cast<char>(128 - 'a')));
  const __m256i letter =
      _mm256_cmpgt_epi8(_mm256_set1_epi8(-128 + 26), shifted);
  const __m256i blank = _mm256_cmpeq_epi8(octets, _mm256_set1_epi8(' '));
  return static_cast<std::uint32_t>(
      _mm256_movemask_epi8(_mm256_or_si256(letter, blank)));
}

// The passage scores, a 16-bit lane for each model.
struct Passages {
  __m128i current;
  __m128i best;
};

[[gnu::target("avx2")]] inline void add_group(Passages& passages,
                                              __m128i sums) {
  // What the bias added is taken off again; unsigned saturation stops at zero.
  passages.current = _mm_subs_epu16(_mm_adds_epu16(passages.current, sums),
                                    _mm_set1_epi16(8 * kBias));
  passages.best = _mm_max_epu16(passages.best, passages.current);
}

}  // namespace

[[gnu::target("avx2,popcnt")]] void add_text_avx2(
    TextScores& scores, std::span<const std::uint8_t> blocks) {
  auto* current = reinterpret_cast<__m128i*>(scores.current.data());
  auto* best = reinterpret_cast<__m128i*>(scores.best.data());
  Passages passages{_mm_load_si128(current), _mm_load_si128(best)};
  for (; blocks.size() >= 32; blocks = blocks.subspan(32)) {
    const __m256i octets =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(blocks.data()));
    const __m256i high =
        _mm256_and_si256(_mm256_srli_epi16(octets, 4), _mm256_set1_epi8(0x0F));
    const __m256i first =
        pack_lanes(latin_sums(octets, high), model_sums(1, high),
                   model_sums(2, high), model_sums(3, high));
    const __m256i second = pack_lanes(model_sums(4, high), model_sums(5, high),
                                      model_sums(6, high), model_sums(7, high));
    const __m256i even = _mm256_unpacklo_epi64(first, second);
    const __m256i odd = _mm256_unpackhi_epi64(first, second);
    add_group(passages, _mm256_castsi256_si128(even));
    add_group(passages, _mm256_castsi256_si128(odd));
    add_group(passages, _mm256_extracti128_si256(even, 1));
    add_group(passages, _mm256_extracti128_si256(odd, 1));

    add_words(scores, word_octets(octets));
  }
  _mm_store_si128(current, passages.current);
  _mm_store_si128(best, passages.best);
}

}  // namespace mime

#else

namespace mime {

void add_text_avx2(TextScores& scores, std::span<const std::uint8_t> blocks) {
  add_text_scalar(scores, blocks);
}

}  // namespace mime

#endif
