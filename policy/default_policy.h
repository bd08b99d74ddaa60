#pragma once

// The order of the decisions, in one place: this is what the rules language
// will express.
//
// Each function reads from top to bottom and the first decision counts.  Where
// the next one needs a fact that is not there yet, the answer is nullopt: ask
// again at the end of the message.

#include <optional>

#include "policy/facts.h"
#include "policy/judgement.h"

namespace policy {

// A refusal that is certain from what is known, or nullopt.
std::optional<Judgement> decide(Facts& facts);

}  // namespace policy
