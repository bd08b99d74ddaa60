// The base64 text models on 24 octets, 32 characters, at a time: as
// text_evidence_avx2.cc.

#include "mime/base64_text.h"
#include "mime/base64_text_weights.h"
#include "mime/base64_values_avx2.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>

namespace mime {
namespace {

constexpr int kBias = 128;

using Row = std::array<std::uint8_t, 16>;

struct Tables {
  alignas(32) std::array<std::array<Row, 4>, 2> rows{};
};

constexpr Tables make_tables() {
  Tables tables;
  for (std::size_t model = 0; model < 2; ++model) {
    for (std::size_t value = 0; value < 64; ++value)
      tables.rows[model][value / 16][value % 16] =
          static_cast<std::uint8_t>(kBase64Weights[model][value] + kBias);
  }
  return tables;
}

constexpr Tables kTables = make_tables();

[[gnu::target("avx2")]] inline __m256i both_lanes(const Row& row) {
  return _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(row.data())));
}

[[gnu::target("avx2,popcnt")]] inline int count(__m256i mask) {
  return std::popcount(static_cast<std::uint32_t>(_mm256_movemask_epi8(mask)));
}

[[gnu::target("avx2,popcnt")]] inline bool has_letters(__m256i values) {
  const __m256i capital = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), values);
  const __m256i separator = _mm256_cmpgt_epi8(values, _mm256_set1_epi8(61));
  const __m256i not_small =
      _mm256_or_si256(capital, _mm256_cmpgt_epi8(values, _mm256_set1_epi8(51)));
  const __m256i small_or_separator = _mm256_or_si256(
      _mm256_xor_si256(not_small, _mm256_set1_epi8(-1)), separator);
  return count(small_or_separator) >= kFewLetters ||
         count(_mm256_or_si256(capital, separator)) >= kFewLetters;
}

struct Lanes {
  __m128i current;
  __m128i best;
};

// The four groups of 8 characters, one after the other.
[[gnu::target("avx2")]] inline void add_groups(Lanes& lanes, __m256i values) {
  __m256i small = _mm256_setzero_si256();
  __m256i capital = _mm256_setzero_si256();
  for (int row = 0; row < 4; ++row) {
    // Values of other rows become negative: a shuffle gives zero for them.
    const __m256i in_row = _mm256_adds_epu8(
        _mm256_xor_si256(values, _mm256_set1_epi8(static_cast<char>(row << 4))),
        _mm256_set1_epi8(0x70));
    const auto r = static_cast<std::size_t>(row);
    small = _mm256_or_si256(
        small, _mm256_shuffle_epi8(both_lanes(kTables.rows[0][r]), in_row));
    capital = _mm256_or_si256(
        capital, _mm256_shuffle_epi8(both_lanes(kTables.rows[1][r]), in_row));
  }
  const __m256i zero = _mm256_setzero_si256();
  const __m256i sums =
      _mm256_or_si256(_mm256_sad_epu8(small, zero),
                      _mm256_slli_epi64(_mm256_sad_epu8(capital, zero), 16));
  // The lanes of models that there are.
  const __m128i bias = _mm_setr_epi16(8 * kBias, 8 * kBias, 0, 0, 0, 0, 0, 0);
  const __m128i low = _mm256_castsi256_si128(sums);
  const __m128i high = _mm256_extracti128_si256(sums, 1);
  const __m128i groups[4] = {low, _mm_srli_si128(low, 8), high,
                             _mm_srli_si128(high, 8)};
  for (const __m128i group : groups) {
    const __m128i own = _mm_move_epi64(group);  // without the next one
    lanes.current = _mm_subs_epu16(_mm_adds_epu16(lanes.current, own), bias);
    lanes.best = _mm_max_epu16(lanes.best, lanes.current);
  }
}

}  // namespace

[[gnu::target("avx2,popcnt")]] void add_base64_text_avx2(
    Base64TextScores& scores, std::span<const std::uint8_t> blocks) {
  auto* current_lanes = reinterpret_cast<__m128i*>(scores.current.data());
  auto* best_lanes = reinterpret_cast<__m128i*>(scores.best.data());
  Lanes lanes{_mm_load_si128(current_lanes), _mm_load_si128(best_lanes)};
  for (; blocks.size() >= 24; blocks = blocks.subspan(24)) {
    const __m256i values = six_bit_values(blocks.data());
    if (has_letters(values)) {
      add_groups(lanes, values);
    } else {
      lanes.current = _mm_setzero_si128();
    }
  }
  _mm_store_si128(current_lanes, lanes.current);
  _mm_store_si128(best_lanes, lanes.best);
}

}  // namespace mime

#else

namespace mime {

void add_base64_text_avx2(Base64TextScores& scores,
                          std::span<const std::uint8_t> blocks) {
  add_base64_text_scalar(scores, blocks);
}

}  // namespace mime

#endif
