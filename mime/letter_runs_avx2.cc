// The letters among 32 characters at a time.

#include "mime/base64_values_avx2.h"
#include "mime/letter_run_masks.h"
#include "mime/letter_runs.h"

namespace mime {

#if defined(__x86_64__)

namespace {

// Small letters and capitals among 32 characters, with separators: all bits
// of a lane are set.
struct Letters {
  __m256i small;
  __m256i capital;
};

[[gnu::target("avx2")]] inline Letters letters_of(const std::uint8_t* octets) {
  const __m256i values = six_bit_values(octets);
  const __m256i separator = _mm256_cmpgt_epi8(values, _mm256_set1_epi8(61));
  const __m256i capital = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), values);
  const __m256i letter = _mm256_cmpgt_epi8(_mm256_set1_epi8(52), values);
  return {_mm256_or_si256(_mm256_andnot_si256(capital, letter), separator),
          _mm256_or_si256(capital, separator)};
}

[[gnu::target("avx2")]] inline LetterMasks masks_of(const Letters& letters) {
  return {static_cast<std::uint32_t>(_mm256_movemask_epi8(letters.small)),
          static_cast<std::uint32_t>(_mm256_movemask_epi8(letters.capital))};
}

// Bit i tells that the four characters from 4 i on are letters.
[[gnu::target("avx2")]] inline unsigned whole_quads(__m256i letters) {
  const __m256i whole = _mm256_cmpeq_epi32(letters, _mm256_set1_epi32(-1));
  return static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(whole)));
}

struct Quads {
  unsigned small = 0;
  unsigned capital = 0;
  unsigned both = 0;
};

// May a run that counts end in this block, or reach through it?  One of 12
// has two whole quads side by side, one of 32 has seven; one that ended with
// the last block has them there.
inline bool may_have_runs(const Quads& previous, const Quads& quads) {
  const unsigned small = quads.small << 2 | previous.small >> 6;
  const unsigned capital = quads.capital << 2 | previous.capital >> 6;
  const unsigned both = quads.both << 8 | previous.both;
  const unsigned pairs = both & (both >> 1);
  const unsigned fours = pairs & (pairs >> 2);
  return ((small & (small >> 1)) | (capital & (capital >> 1)) |
          (fours & (fours >> 3))) != 0;
}

[[gnu::target("avx2")]] inline Quads quads_of(const Letters& letters) {
  return {whole_quads(letters.small), whole_quads(letters.capital),
          whole_quads(_mm256_or_si256(letters.small, letters.capital))};
}

}  // namespace

[[gnu::target("avx2")]] void add_letter_runs_avx2(
    LetterRunCounts& counts, std::span<const std::uint8_t> blocks) {
  // Fields with shorter runs are short.
  if (counts.shortest != ShortestRun::k12)
    return add_letter_runs_scalar(counts, blocks);
  Quads previous{0xFF, 0xFF, 0xFF};  // unknown: looks at the first block
  for (; blocks.size() >= 24; blocks = blocks.subspan(24)) {
    const Letters letters = letters_of(blocks.data());
    const Quads quads = quads_of(letters);
    if (may_have_runs(previous, quads)) {
      add_runs(counts, masks_of(letters));
    } else {
      counts.previous = masks_of(letters);
    }
    previous = quads;
  }
}

#else

void add_letter_runs_avx2(LetterRunCounts& counts,
                          std::span<const std::uint8_t> blocks) {
  add_letter_runs_scalar(counts, blocks);
}

#endif

}  // namespace mime
