#pragma once

// Postfix's queue into entries while Postfix works.
//
// A message goes from maildrop to incoming to active, and between active and
// deferred, and keeps its name; so the queues are read in that order, and the
// ones among which it moves once more, and who was seen is passed over.  A file
// that its owner may not execute is still being written: whoever sends it has
// no answer yet.

#include <string>
#include <vector>

#include "deploy/moving/disk_tree.h"

namespace moving {

// Those of kMessageQueues and kQueueNotes that are there.
void put_queue(DiskTree& tree);

}  // namespace moving
