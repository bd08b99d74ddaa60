#include "mime/text_evidence.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "mime/cpu_features.h"
#include "mime/text_weights.h"
#include "mime/word_count.h"

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
}

// Up to 32 octets.
void add_block(TextScores& scores, std::span<const std::uint8_t> block) {
  std::uint32_t words = 0;
  for (std::size_t i = 0; i < block.size(); ++i)
    words |= std::uint32_t{is_word_octet(block[i])} << i;
  add_words(scores, words);
  while (!block.empty()) {
    const std::size_t size = std::min<std::size_t>(block.size(), 8);
    add_group(scores, block.first(size));
    block = block.subspan(size);
  }
}

}  // namespace

const TextWeights& text_weights(TextModel model) {
  return kWeights[static_cast<std::size_t>(model)];
}

void add_text_scalar(TextScores& scores, std::span<const std::uint8_t> blocks) {
  for (; blocks.size() >= 32; blocks = blocks.subspan(32))
    add_block(scores, blocks.first(32));
}

void TextEvidence::write(std::span<const std::uint8_t> octets) {
  octets_ += octets.size();
  const auto add = kHasAvx2 ? &add_text_avx2 : &add_text_scalar;
  held_.write(octets, [&](auto blocks) { add(scores_, blocks); });
}

TextScores TextEvidence::scores() const {
  TextScores scores = scores_;
  add_block(scores, held_.held());
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
  return has_words(scores, bits);
}

bool TextEvidence::has_words(const TextScores& scores, double bits) const {
  const double word = kWordOctets / 256.0;
  const std::uint64_t blocks = octets_ / kBlock;
  const std::uint64_t rest = octets_ % kBlock;
  for (std::size_t place = 0; place < scores.word_quads.size(); ++place) {
    // Quads that reach over a block's end are not looked for.
    const std::uint64_t quads =
        blocks * (place == 0 ? 8 : 7) + (rest < place ? 0 : (rest - place) / 4);
    if (binomial_evidence(static_cast<double>(quads),
                          static_cast<double>(scores.word_quads[place]),
                          std::pow(word, 4)) >= bits)
      return true;
  }
  const std::uint64_t octs = octets_ / 8;
  return binomial_evidence(static_cast<double>(octs),
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
