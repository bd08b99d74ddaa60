#pragma once

// Which rules can never be what decides: behind one that decides every message,
// behind one that asks the same, or with a condition that contradicts itself.
// What is told is certain; not all that could be known is told.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rules/rule_set.h"
#include "rules/syntax.h"

namespace rules {

// Whether a condition is true for every message, by the settings as they are.
bool always_holds(const Test& test);

// Whether it is true for none, whatever the settings are.
bool never_holds(const Condition& condition);

// The deciding rules of one section, in their order.
class DecidedBefore {
 public:
  // The place, as in RuleSet::place_of(), of a rule that was added and is true
  // whenever this condition is; "" when none is known.
  std::string_view find(const Condition& condition) const;
  void add(const Condition& condition, std::string place);

 private:
  std::unordered_map<std::string, std::string> places_;  // by the condition
};

}  // namespace rules
