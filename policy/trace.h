#pragma once

// Which rules were tried for a message, in order, and the facts that they
// asked for: what `chatmail explain` prints.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rules/evaluation.h"
#include "rules/rule_set.h"

namespace policy {

struct Trace {
  std::shared_ptr<const rules::RuleSet> rules;
  // Of `rules`; the last step of the same rule is the one that counts.
  std::vector<rules::Step> steps;
  // Facts that were asked for, each by its place in rules->facts, as they
  // would stand in a reply.
  std::vector<std::pair<std::size_t, std::string>> facts;
};

// One line a rule: what became of it, where it stands, what it asked.
//   no       40-inbound.conf:12  reject 554 malformed  header.defect = ""
// A rule that was tried at several stages has one line, the last.
std::string to_string(const Trace& trace);

// What is done to an accepted message, and which limits it is counted in:
// "keep only outbound-headers, replace Subject, sign, limit rate".
std::string carried_out(const Trace& trace);

// Asks no fact that has not been asked.
Trace trace_of(const rules::Evaluation& evaluation);

// The facts that a rule names, places in RuleSet::facts, each once.
std::vector<std::size_t> facts_of(const rules::Rule& rule);

}  // namespace policy
