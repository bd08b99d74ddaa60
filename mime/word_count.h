#pragma once

// Counts words in the octets of one block: common to both implementations of
// the text models.

#include <bit>
#include <cstdint>

#include "mime/text_evidence.h"

namespace mime {

// Bit i of `words` tells that octet i of the block is a letter or a blank.
inline void add_words(TextScores& scores, std::uint32_t words) {
  const std::uint32_t pairs = words & (words >> 1);
  const std::uint32_t quads = pairs & (pairs >> 2);
  if (quads == 0) return;  // 19 in 20 blocks of ciphertext
  for (std::size_t place = 0; place < scores.word_quads.size(); ++place) {
    scores.word_quads[place] += static_cast<std::uint64_t>(
        std::popcount(quads & (std::uint32_t{0x11111111} << place)));
  }
  scores.word_octs += static_cast<std::uint64_t>(
      std::popcount(quads & (quads >> 4) & 0x01010101));
}

}  // namespace mime
