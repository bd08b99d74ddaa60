#include "mime/letter_runs.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "mime/cpu_features.h"
#include "mime/letter_run_masks.h"
#include "mime/text_evidence.h"

namespace mime {
namespace {

// Of 64 characters, with '+' and '/'.
constexpr std::array<double, kLetterKinds> kShares = {28.0 / 64, 28.0 / 64,
                                                      54.0 / 64};

const bool kHasAvx2 = cpu_has_avx2();

void count_run(LetterRunCounts& counts, LetterKind kind, std::uint32_t length) {
  const auto k = static_cast<std::size_t>(kind);
  const std::uint32_t from = kind == LetterKind::kBothCases
                                 ? kBothCasesFrom
                                 : static_cast<std::uint32_t>(counts.shortest);
  if (length < from) return;
  for (std::size_t i = 0; i < kRunLengths.size(); ++i) {
    if (kRunLengths[i] >= from && length >= kRunLengths[i]) ++counts.runs[k][i];
  }
}

// Bit i is set where at least so many set bits begin.
std::uint32_t runs_of(ShortestRun shortest, std::uint32_t mask) {
  const std::uint32_t pairs = mask & (mask >> 1);
  const std::uint32_t quads = pairs & (pairs >> 2);
  return quads & (quads >> 4) & (quads >> (static_cast<int>(shortest) - 4));
}

// Ends and continues the run that is open, and counts those inside.
void add_run_mask(LetterRunCounts& counts, LetterKind kind,
                  std::uint32_t previous, std::uint32_t mask) {
  constexpr std::uint32_t all = ~std::uint32_t{0};
  std::uint32_t& open = counts.open[static_cast<std::size_t>(kind)];
  // Runs within one block are too short to have been kept.
  if (previous != all)
    open = static_cast<std::uint32_t>(std::countl_one(previous));
  if (mask == all) {
    open += 32;
    return;
  }
  const int leading = std::countr_one(mask);
  count_run(counts, kind, open + static_cast<std::uint32_t>(leading));
  open = 0;
  if (kind == LetterKind::kBothCases) return;  // none fits inside
  mask &= all << leading;
  mask &= all >> std::countl_one(mask);
  for (std::uint32_t begins = runs_of(counts.shortest, mask); begins != 0;) {
    const int begin = std::countr_zero(begins);
    const int length = std::countr_one(mask >> begin);
    count_run(counts, kind, static_cast<std::uint32_t>(length));
    begins &= begins + (begins & (~begins + 1));  // without this run
  }
}

// Of up to 24 octets; a character that is not whole is none.
LetterMasks letter_masks(std::span<const std::uint8_t> octets) {
  LetterMasks masks;
  unsigned bits = 0;
  unsigned bit_count = 0;
  unsigned place = 0;
  for (const std::uint8_t octet : octets) {
    bits = (bits << 8 | octet) & 0xFFFF;
    bit_count += 8;
    for (; bit_count >= 6; ++place) {
      bit_count -= 6;
      const unsigned value = bits >> bit_count & 0x3F;
      const bool separator = value >= 62;
      const bool small = separator || (value >= 26 && value < 52);
      const bool capital = separator || value < 26;
      masks.small |= std::uint32_t{small} << place;
      masks.capital |= std::uint32_t{capital} << place;
    }
  }
  return masks;
}

}  // namespace

void add_runs(LetterRunCounts& counts, const LetterMasks& masks) {
  const LetterMasks previous = counts.previous;
  counts.previous = masks;
  add_run_mask(counts, LetterKind::kSmall, previous.small, masks.small);
  add_run_mask(counts, LetterKind::kCapital, previous.capital, masks.capital);
  add_run_mask(counts, LetterKind::kBothCases, previous.both(), masks.both());
}

void add_letter_runs_scalar(LetterRunCounts& counts,
                            std::span<const std::uint8_t> blocks) {
  for (; blocks.size() >= 24; blocks = blocks.subspan(24))
    add_runs(counts, letter_masks(blocks.first(24)));
}

void LetterRuns::write(std::span<const std::uint8_t> octets,
                       std::uint64_t offset) {
  const auto add = [this](std::span<const std::uint8_t> blocks) {
    (kHasAvx2 ? &add_letter_runs_avx2 : &add_letter_runs_scalar)(counts_,
                                                                 blocks);
    characters_ += blocks.size() / 3 * 4;
  };
  fields_.write(octets, offset, add, [this] {
    trials_ = trials();
    counts_ = counts();
    characters_ = 0;
  });
}

LetterRunCounts LetterRuns::counts() const {
  LetterRunCounts counts = counts_;
  // Less than a block: what is missing ends the runs.
  add_runs(counts, letter_masks(fields_.held()));
  counts.previous = {};
  counts.open = {};
  return counts;
}

LetterRuns::Trials LetterRuns::trials() const {
  const std::uint64_t characters = characters_ + fields_.held().size() * 8 / 6;
  Trials trials = trials_;
  for (std::size_t i = 0; i < kRunLengths.size(); ++i) {
    if (characters >= kRunLengths[i])
      trials[i] += characters - kRunLengths[i] + 1;
  }
  return trials;
}

bool LetterRuns::readable(double bits) const {
  const LetterRunCounts counts = this->counts();
  const Trials trials = this->trials();
  for (std::size_t kind = 0; kind < kLetterKinds; ++kind) {
    for (std::size_t i = 0; i < kRunLengths.size(); ++i) {
      if (counts.runs[kind][i] == 0) continue;
      const double chance = std::pow(kShares[kind], kRunLengths[i]);
      const auto hits = static_cast<double>(counts.runs[kind][i]);
      if (binomial_evidence(static_cast<double>(trials[i]), hits, chance) >=
          bits)
        return true;
    }
  }
  return false;
}

}  // namespace mime
