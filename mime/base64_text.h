#pragma once

// Does the base64 of a message spell text?
//
// "Meet+me+at+five" is base64, too: octets that encode to words can be read
// without decoding anything.  As TextEvidence, over the characters that fields
// are written with: the best passage for each of eight ways to spell words.
// To be cheap, a passage also ends at every block of 32 characters that has
// few of the letters that are frequent.
//
// Lines of words between others are too short for that and are counted: blocks
// whose own best passage reaches so many bits.  Blocks are independent, so the
// count is binomial (binomial_evidence()).

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mime/base64_text_weights.h"
#include "mime/field_blocks.h"

namespace mime {

// Blocks are counted that reach so many bits in any model.  Uniform ones do so
// with a probability of at most 2^-rarity, which a test adds up exactly.
struct BlockLevel {
  int bits;
  double rarity;
};
inline constexpr std::array<BlockLevel, 7> kBlockLevels = {{{8, 5.78},
                                                            {12, 10.04},
                                                            {16, 14.66},
                                                            {20, 19.08},
                                                            {24, 23.45},
                                                            {28, 28.09},
                                                            {32, 32.77}}};

struct Base64TextScores {
  // A lane for each model.
  alignas(16) std::array<std::uint16_t, kBase64Models> current{};
  alignas(16) std::array<std::uint16_t, kBase64Models> best{};
  // Blocks, by kBlockLevels.
  std::array<std::uint64_t, kBlockLevels.size()> blocks{};
  bool operator==(const Base64TextScores&) const = default;
};

class Base64Text {
 public:
  // `offset` is the place of the first octet in the message.  Octets that do
  // not follow those of the last call begin another field.
  void write(std::span<const std::uint8_t> octets, std::uint64_t offset);
  // Is there so much that these are not ciphertext?  False for all but
  // 2^-`bits` of uniform streams, times the questions that are asked.
  bool readable(double bits) const;
  // How many: the models, the levels.
  static constexpr std::size_t kQuestions = kBase64Models + kBlockLevels.size();
  Base64TextScores scores() const;

 private:
  Base64TextScores scores_;   // of whole blocks, and of fields that have ended
  std::uint64_t blocks_ = 0;  // whole ones
  std::uint64_t rests_ = 0;   // of fields that have ended, 4 groups at most
  FieldBlocks fields_;
};

// Which characters a block is looked at for: letters of both cases that are
// frequent in most languages.
inline constexpr std::uint32_t kFrequentLetters = [] {
  std::uint32_t letters = 0;
  for (const char c :
       {'a', 'd', 'e', 'h', 'i', 'l', 'n', 'o', 'r', 's', 't', 'u'})
    letters |= std::uint32_t{1} << (c - 'a');
  return letters;
}();

// A block has words in it only if so many of its characters are of these, or
// are small ones of these, digits, '+' and '/', or capital ones with those.  1
// in 35 of uniform blocks has as many.
inline constexpr int kFewLetters = 19;

// Adds whole blocks of 24 octets to the scores.  The two implementations
// agree; the one for AVX2 may be called only where cpu_has_avx2().
void add_base64_text_scalar(Base64TextScores& scores,
                            std::span<const std::uint8_t> blocks);
void add_base64_text_avx2(Base64TextScores& scores,
                          std::span<const std::uint8_t> blocks);

}  // namespace mime
