#pragma once

// A running relay tried out from one end to the other, as clients use it: two
// new accounts log in, write to each other, and do what the relay must refuse.
//
// Each step is one finding, told as soon as it is there, with what was said
// and what an operator does about it.  A step whose ground is missing (no
// account, no message) is told as not tried, and counts as a failure.  What is
// sent is bounded: a handful of small messages between the two accounts.

#include "deploy/trial/trial.h"

namespace trial {

Outcome try_relay(const Target& target, const Trial::Tell& tell,
                  const Opener& opener = &Connection::open);

}  // namespace trial
