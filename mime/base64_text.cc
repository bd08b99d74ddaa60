#include "mime/base64_text.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "mime/base64_block_levels.h"
#include "mime/cpu_features.h"
#include "mime/text_evidence.h"

namespace mime {
namespace {

constexpr std::size_t kGroup = 6;  // 8 characters
constexpr std::size_t kGroups = FieldBlocks::kOctets / kGroup;
constexpr int kMostScore = 0x7FFF;

const bool kHasAvx2 = cpu_has_avx2();

using Lanes = std::array<std::int16_t, kBase64Models>;

// The weights of one character in all models.
constexpr std::array<Lanes, 64> kWeightsOf = [] {
  std::array<Lanes, 64> weights{};
  for (std::size_t value = 0; value < weights.size(); ++value) {
    for (std::size_t model = 0; model < kBase64Models; ++model)
      weights[value][model] =
          static_cast<std::int16_t>(0 + kBase64Weights[model][value]);
  }
  return weights;
}();

// Of up to 6 octets; characters that are not whole weigh nothing.
Lanes group_sums(std::span<const std::uint8_t> group) {
  std::uint64_t bits = 0;
  for (const std::uint8_t octet : group) bits = bits << 8 | octet;
  std::size_t left = group.size() * 8;
  Lanes sums{};
  while (left >= 6) {
    left -= 6;
    const Lanes& weights = kWeightsOf[bits >> left & 0x3F];
    for (std::size_t model = 0; model < sums.size(); ++model)
      sums[model] = static_cast<std::int16_t>(sums[model] + weights[model]);
  }
  return sums;
}

void add_group(Base64TextScores& scores, const Lanes& sums) {
  for (std::size_t model = 0; model < sums.size(); ++model) {
    const auto current = static_cast<std::uint16_t>(
        std::clamp(scores.current[model] + sums[model], 0, kMostScore));
    scores.current[model] = current;
    scores.best[model] = std::max(scores.best[model], current);
  }
}

// The same for a block of 24 octets, which is judged for itself, too.
void add_block(Base64TextScores& scores, std::span<const std::uint8_t> block) {
  std::array<int, kBase64Models> current{};
  int best = 0;
  for (std::size_t i = 0; i < block.size(); i += kGroup) {
    const Lanes sums = group_sums(block.subspan(i, kGroup));
    add_group(scores, sums);
    for (std::size_t model = 0; model < sums.size(); ++model) {
      current[model] = std::max(current[model] + sums[model], 0);
      best = std::max(best, current[model]);
    }
  }
  count_block(scores, best);
}

// May one block of 24 octets have words in it?
bool has_letters(std::span<const std::uint8_t> block) {
  int small = 0;
  int capital = 0;
  int others = 0;
  for (std::size_t i = 0; i < block.size(); i += 3) {
    const unsigned bits =
        unsigned{block[i]} << 16 | unsigned{block[i + 1]} << 8 | block[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) {
      const unsigned value = bits >> shift & 0x3F;
      if (value >= 52) {
        ++others;
      } else if (value >= 26) {
        small += static_cast<int>(kFrequentLetters >> (value - 26) & 1);
      } else {
        capital += static_cast<int>(kFrequentLetters >> value & 1);
      }
    }
  }
  return std::max({small + capital, small + others, capital + others}) >=
         kFewLetters;
}

}  // namespace

void add_base64_text_scalar(Base64TextScores& scores,
                            std::span<const std::uint8_t> blocks) {
  constexpr std::size_t size = FieldBlocks::kOctets;
  for (; blocks.size() >= size; blocks = blocks.subspan(size)) {
    if (has_letters(blocks.first(size))) {
      add_block(scores, blocks.first(size));
    } else {
      scores.current = {};
    }
  }
}

void Base64Text::write(std::span<const std::uint8_t> octets,
                       std::uint64_t offset) {
  const auto add = [this](std::span<const std::uint8_t> blocks) {
    (kHasAvx2 ? &add_base64_text_avx2 : &add_base64_text_scalar)(scores_,
                                                                 blocks);
    blocks_ += blocks.size() / FieldBlocks::kOctets;
  };
  fields_.write(octets, offset, add, [this] {
    scores_ = scores();
    ++rests_;
  });
}

Base64TextScores Base64Text::scores() const {
  Base64TextScores scores = scores_;
  std::span<const std::uint8_t> rest = fields_.held();
  while (!rest.empty()) {
    const std::size_t size = std::min(rest.size(), kGroup);
    add_group(scores, group_sums(rest.first(size)));
    rest = rest.subspan(size);
  }
  return scores;
}

bool Base64Text::readable(double bits) const {
  const Base64TextScores scores = this->scores();
  // A passage may begin with every group.
  const auto beginnings =
      static_cast<double>(std::bit_width((blocks_ + rests_ + 1) * kGroups));
  if (*std::max_element(scores.best.begin(), scores.best.end()) >=
      (bits + beginnings) * kWeightsPerBit)
    return true;
  for (std::size_t level = 0; level < kBlockLevels.size(); ++level) {
    if (scores.blocks[level] == 0) break;
    if (binomial_evidence(static_cast<double>(blocks_),
                          static_cast<double>(scores.blocks[level]),
                          std::exp2(-kBlockLevels[level].rarity)) >= bits)
      return true;
  }
  return false;
}

}  // namespace mime
