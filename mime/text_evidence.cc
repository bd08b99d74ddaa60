#include "mime/text_evidence.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "mime/cpu_features.h"
#include "mime/text_weights.h"

namespace mime {
namespace {

constexpr std::array<TextWeights, kTextModels> make_weights() {
  std::array<TextWeights, kTextModels> weights{};
  for (std::size_t model = 0; model < kTextModels; ++model) {
    for (std::size_t octet = 0; octet < 256; ++octet)
      weights[model][octet] = kNibbleWeights[model][octet >> 4];
  }
  for (std::size_t i = 0; i < kLatinAscii.size(); ++i)
    weights[static_cast<std::size_t>(TextModel::kLatin)][0x20 + i] =
        kLatinAscii[i];
  return weights;
}

constexpr std::array<TextWeights, kTextModels> kWeights = make_weights();

// The bits of a count of groups of 8 octets, at most.
constexpr double kMostBeginnings = 61;

const bool kHasAvx2 = cpu_has_avx2();

bool is_word_octet(std::uint8_t octet) {
  const auto lower = static_cast<std::uint8_t>(octet | 0x20);
  return octet == ' ' || (lower >= 'a' && lower <= 'z');
}

// Up to 8 octets; those that are missing weigh nothing.
void add_group(TextScores& scores, std::span<const std::uint8_t> group) {
  for (std::size_t model = 0; model < kTextModels; ++model) {
    int sum = scores.current[model];
    for (const std::uint8_t octet : group) sum += kWeights[model][octet];
    const auto bounded = static_cast<std::uint16_t>(std::clamp(sum, 0, 0xFFFF));
    scores.current[model] = bounded;
    scores.best[model] = std::max(scores.best[model], bounded);
  }
  unsigned words = 0;
  for (std::size_t i = 0; i < group.size(); ++i)
    words |= unsigned{is_word_octet(group[i])} << i;
  scores.word_quads += ((words & 0x0F) == 0x0F) + ((words & 0xF0) == 0xF0);
  scores.word_octs += words == 0xFF;
}

}  // namespace

const TextWeights& text_weights(TextModel model) {
  return kWeights[static_cast<std::size_t>(model)];
}

void add_text_scalar(TextScores& scores, std::span<const std::uint8_t> blocks) {
  for (; blocks.size() >= 8; blocks = blocks.subspan(8))
    add_group(scores, blocks.first(8));
}

void TextEvidence::write(std::span<const std::uint8_t> octets) {
  octets_ += octets.size();
  const auto add = kHasAvx2 ? &add_text_avx2 : &add_text_scalar;
  if (held_size_ != 0) {
    const std::size_t taken = std::min(kBlock - held_size_, octets.size());
    std::copy_n(octets.begin(), taken, held_.begin() + held_size_);
    held_size_ += taken;
    octets = octets.subspan(taken);
    if (held_size_ < kBlock) return;
    add(scores_, held_);
    held_size_ = 0;
  }
  const std::size_t whole = octets.size() / kBlock * kBlock;
  if (whole != 0) add(scores_, octets.first(whole));
  std::copy(octets.begin() + static_cast<std::ptrdiff_t>(whole), octets.end(),
            held_.begin());
  held_size_ = octets.size() - whole;
}

TextScores TextEvidence::scores() const {
  TextScores scores = scores_;
  std::span<const std::uint8_t> rest(held_.data(), held_size_);
  while (!rest.empty()) {
    const std::size_t size = std::min<std::size_t>(rest.size(), 8);
    add_group(scores, rest.first(size));
    rest = rest.subspan(size);
  }
  return scores;
}

bool TextEvidence::readable(double bits) const {
  const TextScores scores = this->scores();
  // One passage can begin at each group of 8: the union bound costs as many
  // bits as their count has.
  const auto beginnings = static_cast<double>(std::bit_width(octets_ / 8 + 1));
  const double needed = (bits + beginnings) * kWeightsPerBit;
  if (*std::max_element(scores.best.begin(), scores.best.end()) >= needed)
    return true;
  const double word = kWordOctets / 256.0;
  const std::uint64_t quads = octets_ / 4;
  const std::uint64_t octs = octets_ / 8;
  return binomial_evidence(static_cast<double>(quads),
                           static_cast<double>(scores.word_quads),
                           std::pow(word, 4)) >= bits ||
         binomial_evidence(static_cast<double>(octs),
                           static_cast<double>(scores.word_octs),
                           std::pow(word, 8)) >= bits;
}

bool TextEvidence::surely_readable(double bits) const {
  return *std::max_element(scores_.best.begin(), scores_.best.end()) >=
         (bits + kMostBeginnings) * kWeightsPerBit;
}

double binomial_evidence(double trials, double hits, double chance) {
  if (trials == 0 || hits <= trials * chance) return 0;
  const double share = hits / trials;
  // Hits and misses, each against what was to be expected of them.
  double bits = hits * std::log2(share / chance);
  if (share < 1)
    bits += (trials - hits) * std::log2((1 - share) / (1 - chance));
  return bits;
}

}  // namespace mime
