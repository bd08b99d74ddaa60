#pragma once

// Counts one block by what its best passage has: common to both
// implementations.

#include "mime/base64_text.h"
#include "mime/text_evidence.h"

namespace mime {

// `best` in eighths of a bit.
inline void count_block(Base64TextScores& scores, int best) {
  for (std::size_t level = 0; level < kBlockLevels.size(); ++level) {
    if (best < kBlockLevels[level].bits * kWeightsPerBit) return;
    ++scores.blocks[level];
  }
}

}  // namespace mime
