// The base64 text models on 24 octets, 32 characters, at a time: as
// text_evidence_avx2.cc.

#include "mime/base64_block_levels.h"
#include "mime/base64_text.h"
#include "mime/base64_values_avx2.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>

namespace mime {
namespace {

constexpr int kBias = 128;

using Row = std::array<std::uint8_t, 16>;

struct Tables {
  // The weights of a model for 16 characters at a time.
  alignas(32) std::array<std::array<Row, 4>, kBase64Models> rows{};
  // The frequent letters: bit r of `columns[v % 16]` for value v of row r.
  alignas(32) Row columns{};
};

constexpr Tables make_tables() {
  Tables tables;
  for (std::size_t model = 0; model < kBase64Models; ++model) {
    for (std::size_t value = 0; value < 64; ++value)
      tables.rows[model][value / 16][value % 16] =
          static_cast<std::uint8_t>(kBase64Weights[model][value] + kBias);
  }
  for (unsigned value = 0; value < 52; ++value) {
    if ((kFrequentLetters >> value % 26 & 1) != 0)
      tables.columns[value % 16] |=
          static_cast<std::uint8_t>(1U << (value / 16));
  }
  return tables;
}

constexpr Tables kTables = make_tables();

[[gnu::target("avx2")]] inline __m256i both_lanes(const Row& row) {
  return _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(row.data())));
}

[[gnu::target("avx2")]] inline std::uint32_t mask_of(__m256i lanes) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(lanes));
}

[[gnu::target("avx2,popcnt")]] inline bool has_letters(__m256i values) {
  const __m256i row =
      _mm256_and_si256(_mm256_srli_epi16(values, 4), _mm256_set1_epi8(0x03));
  const __m256i row_bit = _mm256_shuffle_epi8(
      _mm256_setr_epi8(1, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4,
                       8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
      row);
  const __m256i columns =
      _mm256_shuffle_epi8(both_lanes(kTables.columns), values);
  const std::uint32_t frequent =
      mask_of(_mm256_cmpeq_epi8(_mm256_and_si256(columns, row_bit), row_bit));
  const std::uint32_t capital =
      frequent & mask_of(_mm256_cmpgt_epi8(_mm256_set1_epi8(26), values));
  const std::uint32_t other =
      mask_of(_mm256_cmpgt_epi8(values, _mm256_set1_epi8(51)));
  const int letters = std::popcount(frequent);
  const int capitals = std::popcount(capital);
  const int others = std::popcount(other);
  return letters >= kFewLetters || letters - capitals + others >= kFewLetters ||
         capitals + others >= kFewLetters;
}

// What selects the weights of each row.
struct InRows {
  __m256i of[4];
};

// The sums of 8 characters each in one model, as 64-bit numbers.
[[gnu::target("avx2")]] inline __m256i model_sums(std::size_t model,
                                                  const InRows& in_rows) {
  __m256i weights = _mm256_setzero_si256();
  for (std::size_t row = 0; row < 4; ++row)
    weights = _mm256_or_si256(
        weights, _mm256_shuffle_epi8(both_lanes(kTables.rows[model][row]),
                                     in_rows.of[row]));
  return _mm256_sad_epu8(weights, _mm256_setzero_si256());
}

// Of four models, into the 16-bit lanes of each 64.
[[gnu::target("avx2")]] inline __m256i four_models(std::size_t first,
                                                   const InRows& in_rows) {
  __m256i lanes = _mm256_setzero_si256();
  for (std::size_t i = 4; i-- > 0;)
    lanes = _mm256_or_si256(_mm256_slli_epi64(lanes, 16),
                            model_sums(first + i, in_rows));
  return _mm256_sub_epi16(lanes, _mm256_set1_epi16(8 * kBias));
}

// A 16-bit lane for each model.
struct Passage {
  __m128i current;
  __m128i best;

  [[gnu::target("avx2")]] void add(__m128i sums) {
    current = _mm_max_epi16(_mm_adds_epi16(current, sums), _mm_setzero_si128());
    best = _mm_max_epi16(best, current);
  }
};

// The four groups of 8 characters, one after the other.
[[gnu::target("avx2")]] inline void add_block(Passage& passage,
                                              Base64TextScores& scores,
                                              __m256i values) {
  InRows in_rows;
  for (int row = 0; row < 4; ++row) {
    // Values of other rows become negative: a shuffle gives zero for them.
    in_rows.of[row] = _mm256_adds_epu8(
        _mm256_xor_si256(values, _mm256_set1_epi8(static_cast<char>(row << 4))),
        _mm256_set1_epi8(0x70));
  }
  const __m256i first = four_models(0, in_rows);
  const __m256i second = four_models(4, in_rows);
  const __m256i even = _mm256_unpacklo_epi64(first, second);
  const __m256i odd = _mm256_unpackhi_epi64(first, second);
  Passage own{_mm_setzero_si128(), _mm_setzero_si128()};
  for (const __m128i sums :
       {_mm256_castsi256_si128(even), _mm256_castsi256_si128(odd),
        _mm256_extracti128_si256(even, 1), _mm256_extracti128_si256(odd, 1)}) {
    passage.add(sums);
    own.add(sums);
  }
  // The highest lane, as the lowest of what is missing to the most.
  const __m128i missing = _mm_sub_epi16(_mm_set1_epi16(0x7FFF), own.best);
  const int least = _mm_cvtsi128_si32(_mm_minpos_epu16(missing)) & 0xFFFF;
  count_block(scores, 0x7FFF - least);
}

}  // namespace

[[gnu::target("avx2,popcnt")]] void add_base64_text_avx2(
    Base64TextScores& scores, std::span<const std::uint8_t> blocks) {
  auto* current = reinterpret_cast<__m128i*>(scores.current.data());
  auto* best = reinterpret_cast<__m128i*>(scores.best.data());
  Passage passage{_mm_load_si128(current), _mm_load_si128(best)};
  for (; blocks.size() >= 24; blocks = blocks.subspan(24)) {
    const __m256i values = six_bit_values(blocks.data());
    if (has_letters(values)) {
      add_block(passage, scores, values);
    } else {
      passage.current = _mm_setzero_si128();
    }
  }
  _mm_store_si128(current, passage.current);
  _mm_store_si128(best, passage.best);
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
