#pragma once

// Takes the characters of one block, as masks, into the counts of runs:
// common to both implementations.

#include <bit>
#include <cstdint>

#include "mime/letter_runs.h"

namespace mime {

// Bit i tells of what kind character i of the block is.
struct LetterMasks {
  std::uint32_t small = 0;
  std::uint32_t capital = 0;
};

inline void count_run(LetterRunCounts& counts, LetterKind kind,
                      std::uint32_t length) {
  const auto k = static_cast<std::size_t>(kind);
  const std::uint32_t from =
      kind == LetterKind::kBothCases ? kBothCasesFrom : kRunLengths[0];
  if (length < from) return;
  for (std::size_t i = 0; i < kRunLengths.size(); ++i) {
    if (kRunLengths[i] >= from && length >= kRunLengths[i]) ++counts.runs[k][i];
  }
}

// Bit i is set where at least 8 set bits begin.
inline std::uint32_t runs_of_8(std::uint32_t mask) {
  const std::uint32_t pairs = mask & (mask >> 1);
  const std::uint32_t quads = pairs & (pairs >> 2);
  return quads & (quads >> 4);
}

inline void add_run_mask(LetterRunCounts& counts, LetterKind kind,
                         std::uint32_t mask) {
  std::uint32_t& open = counts.open[static_cast<std::size_t>(kind)];
  if (mask == ~std::uint32_t{0}) {
    open += 32;
    return;
  }
  const auto leading = static_cast<std::uint32_t>(std::countr_one(mask));
  const auto trailing = static_cast<std::uint32_t>(std::countl_one(mask));
  if (open + leading >= kRunLengths[0]) count_run(counts, kind, open + leading);
  open = trailing;
  if (kind == LetterKind::kBothCases) return;  // none fits inside
  // What begins and ends inside this block.
  std::uint32_t inside =
      mask & (mask + 1) & ~(trailing == 0 ? 0U : ~0U << (32 - trailing));
  if (runs_of_8(inside) == 0) return;
  while (inside != 0) {
    inside >>= std::countr_zero(inside);
    const auto length = static_cast<std::uint32_t>(std::countr_one(inside));
    count_run(counts, kind, length);
    inside >>= length;
  }
}

inline void add_letter_masks(LetterRunCounts& counts, LetterMasks masks) {
  add_run_mask(counts, LetterKind::kSmall, masks.small);
  add_run_mask(counts, LetterKind::kCapital, masks.capital);
  add_run_mask(counts, LetterKind::kBothCases, masks.small | masks.capital);
}

}  // namespace mime
