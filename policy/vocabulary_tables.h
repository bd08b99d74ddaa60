#pragma once

// The two halves of vocabulary().facts, in the order of Fact.  For
// vocabulary.cc alone.

#include <cstdint>
#include <span>
#include <string_view>

#include "policy/vocabulary.h"
#include "rules/vocabulary.h"

namespace policy {

using rules::FactDefinition;

std::span<const FactDefinition> envelope_vocabulary();
std::span<const FactDefinition> message_vocabulary();

}  // namespace policy
