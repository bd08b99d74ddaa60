#include "mime/base64_text.h"

#include <algorithm>
#include <bit>

#include "mime/base64_text_weights.h"
#include "mime/cpu_features.h"
#include "mime/text_evidence.h"

namespace mime {
namespace {

constexpr std::size_t kGroup = 6;            // 8 characters
constexpr std::size_t kGroups = 4 * kGroup;  // 32 characters

// What the fixed octets of one packet can win that its other octets do not
// lose again: zeros of a hidden recipient before a passage.
constexpr double kFixedOctets = 24;

const bool kHasAvx2 = cpu_has_avx2();

// Up to 6 octets; characters that are not whole weigh nothing.
void add_group(Base64TextScores& scores, std::span<const std::uint8_t> group) {
  std::uint64_t bits = 0;
  for (const std::uint8_t octet : group) bits = bits << 8 | octet;
  std::size_t left = group.size() * 8;
  std::array<int, kBase64Weights.size()> sums{};
  while (left >= 6) {
    left -= 6;
    for (std::size_t model = 0; model < sums.size(); ++model)
      sums[model] += kBase64Weights[model][bits >> left & 0x3F];
  }
  for (std::size_t model = 0; model < sums.size(); ++model) {
    const auto current = static_cast<std::uint16_t>(
        std::clamp(scores.current[model] + sums[model], 0, 0xFFFF));
    scores.current[model] = current;
    scores.best[model] = std::max(scores.best[model], current);
  }
}

// May one block of 24 octets be text?
bool has_letters(std::span<const std::uint8_t> block) {
  int small = 0;
  int capital = 0;
  for (std::size_t i = 0; i < block.size(); i += 3) {
    const unsigned bits =
        unsigned{block[i]} << 16 | unsigned{block[i + 1]} << 8 | block[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) {
      const unsigned value = bits >> shift & 0x3F;
      const bool separator = value >= 62;
      small += separator || (value >= 26 && value < 52);
      capital += separator || value < 26;
    }
  }
  return small >= kFewLetters || capital >= kFewLetters;
}

}  // namespace

void add_base64_text_scalar(Base64TextScores& scores,
                            std::span<const std::uint8_t> blocks) {
  for (; blocks.size() >= kGroups; blocks = blocks.subspan(kGroups)) {
    if (!has_letters(blocks.first(kGroups))) {
      scores.current = {};
      continue;
    }
    for (std::size_t i = 0; i < kGroups; i += kGroup)
      add_group(scores, blocks.subspan(i, kGroup));
  }
}

void Base64Text::write(std::span<const std::uint8_t> octets) {
  octets_ += octets.size();
  const auto add = kHasAvx2 ? &add_base64_text_avx2 : &add_base64_text_scalar;
  held_.write(octets, [&](auto blocks) { add(scores_, blocks); });
}

Base64TextScores Base64Text::scores() const {
  Base64TextScores scores = scores_;
  std::span<const std::uint8_t> rest = held_.held();
  while (!rest.empty()) {
    const std::size_t size = std::min(rest.size(), kGroup);
    add_group(scores, rest.first(size));
    rest = rest.subspan(size);
  }
  return scores;
}

bool Base64Text::readable(double bits) const {
  const auto beginnings =
      static_cast<double>(std::bit_width(octets_ / kGroup + 1));
  const Base64TextScores scores = this->scores();
  return *std::max_element(scores.best.begin(), scores.best.end()) >=
         (bits + beginnings + kFixedOctets) * kWeightsPerBit;
}

}  // namespace mime
