#pragma once

// Does the base64 of a message spell text?
//
// "Meet+me+at+five" is base64, too: octets that encode to words can be read
// without decoding anything.  As TextEvidence, over the characters that the
// octets of a message are written with.  To be cheap, a passage also ends at
// every block of 32 characters in which few are letters of one case.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mime/whole_blocks.h"

namespace mime {

struct Base64TextScores {
  // Two models; the other lanes stay zero.
  alignas(16) std::array<std::uint16_t, 8> current{};
  alignas(16) std::array<std::uint16_t, 8> best{};
  bool operator==(const Base64TextScores&) const = default;
};

class Base64Text {
 public:
  // All octets of the message, from the first.
  void write(std::span<const std::uint8_t> octets);
  // Is there so much that these are not ciphertext?  False for all but
  // 2^-`bits` of messages, twice.
  bool readable(double bits) const;
  Base64TextScores scores() const;

 private:
  static constexpr std::size_t kBlock = 24;  // 32 characters
  Base64TextScores scores_;                  // of whole blocks
  WholeBlocks<kBlock> held_;
  std::uint64_t octets_ = 0;
};

// A block in which fewer characters than this are small letters or '+' and
// '/', and fewer are capitals or those, holds no text: it is 1 in 50 of
// uniform blocks that has more.
inline constexpr int kFewLetters = 21;

// Adds whole blocks of 24 octets to the scores.  The two implementations
// agree; the one for AVX2 may be called only where cpu_has_avx2().
void add_base64_text_scalar(Base64TextScores& scores,
                            std::span<const std::uint8_t> blocks);
void add_base64_text_avx2(Base64TextScores& scores,
                          std::span<const std::uint8_t> blocks);

}  // namespace mime
