#pragma once

// Takes the characters of one block, as masks, into the counts of runs:
// common to both implementations.

#include "mime/letter_runs.h"

namespace mime {

// A block in which no run can end that counts may be left out, but not
// forgotten: its masks go to `counts.previous`.
void add_runs(LetterRunCounts& counts, const LetterMasks& masks);

}  // namespace mime
