#pragma once

// Where in a stream that should be ciphertext does text stand?
//
// Octets of ciphertext are uniform.  A model of text (Latin, Cyrillic in
// UTF-8, hexadecimal digits, ...) is a weight for each octet, in eighths of a
// bit, such that the mean of 2^weight over all 256 octets is at most 1.  The
// weights of a passage, added up, are then evidence in bits: for uniform
// octets the probability that a passage from a given place on ever collects b
// bits is at most 2^-b (Ville's inequality), whatever its length.  With one
// possible beginning every 8 octets, the probability over a whole stream of n
// octets is at most n/8 times that.  The best passage is found on the way:
// the sum is never let below zero.
//
// Single words, too short for that, are counted: quads and octs, pieces of 4
// and 8 octets that are letters or blanks throughout.  Quads are looked for at
// each place of a block of 32 octets, and counted by that place modulo 4, so
// that those of one count do not overlap.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mime/whole_blocks.h"

namespace mime {

enum class TextModel : std::uint8_t {
  kLatin,        // in any encoding that contains ASCII
  kPrintable,    // any printable ASCII: base64, markup, source
  kUpperCase,    //
  kDigits,       // numbers, hexadecimal digits
  kTwoOctets,    // UTF-8: Cyrillic, Greek, Hebrew, Arabic
  kThreeOctets,  // UTF-8: Indic, Thai, Chinese, Japanese, Korean
  kEightBit,     // KOI8-R, windows-1251, GB 18030 and their kind
  kUtf16,        // and UTF-32: every other octet near zero
};
inline constexpr std::size_t kTextModels = 8;
inline constexpr int kWeightsPerBit = 8;

using TextWeights = std::array<std::int8_t, 256>;
const TextWeights& text_weights(TextModel model);

// Letters of ASCII and the blank: the octets that words consist of.
inline constexpr std::size_t kWordOctets = 53;

// What has been seen, in pieces of 8 octets from the start of the stream.
struct TextScores {
  alignas(16) std::array<std::uint16_t, kTextModels> current{};
  alignas(16) std::array<std::uint16_t, kTextModels> best{};
  std::array<std::uint64_t, 4> word_quads{};
  std::uint64_t word_octs = 0;
  bool operator==(const TextScores&) const = default;
};

class TextEvidence {
 public:
  void write(std::span<const std::uint8_t> octets);
  // Of all octets so far.
  TextScores scores() const;
  std::uint64_t octets() const { return octets_; }

  // Is there so much that this stream is not ciphertext?  False for all but
  // 2^-`bits` of uniform streams, times the questions that are asked.
  bool readable(double bits) const;
  // How many: the models, the four counts of quads, the octs.
  static constexpr std::size_t kQuestions = kTextModels + 4 + 1;
  // The same for some text only, but does not become false again.
  bool surely_readable(double bits) const;

 private:
  static constexpr std::size_t kBlock = 32;
  bool has_words(const TextScores& scores, double bits) const;
  TextScores scores_;  // of whole blocks
  WholeBlocks<kBlock> held_;
  std::uint64_t octets_ = 0;
};

// Bits of evidence that `hits` among `trials` are not chance, when each has
// the probability `chance`: the Chernoff bound on the binomial upper tail.
double binomial_evidence(double trials, double hits, double chance);

// Adds whole blocks of 32 octets to the scores.  The two implementations
// agree; the one for AVX2 may be called only where cpu_has_avx2().
void add_text_scalar(TextScores& scores, std::span<const std::uint8_t> blocks);
void add_text_avx2(TextScores& scores, std::span<const std::uint8_t> blocks);

}  // namespace mime
