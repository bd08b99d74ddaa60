#pragma once

// The limits of the rules as a question to the store.
//
// A bucket is named by its rule (rate, reason, what it counts) and by the
// values of the facts behind `by`, without regard to case.  A rule that is
// changed begins with full buckets.  A limit by something that is empty (no
// login; the network of this host) does not hold, and this host's address is
// never a bucket: behind a multiplexer everybody has it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "limits/limit_store.h"
#include "rules/evaluation.h"

namespace policyd {

// The limits of a section, and for each in order eight octets that tell it
// from others: two that say the same have the same.
struct LimitRules {
  LimitRules(const rules::RuleSet& rules, const rules::Section& of);

  const rules::Section& section;
  std::vector<std::string> names;
  bool has_twins = false;  // two of the names are the same
};

// Filled anew for each request; what it holds is used again.
struct LimitQuestion {
  std::vector<const rules::Rule*> rules;
  std::vector<limits::LimitUse> uses;  // one for each of `rules`
  // A fact behind `by` cannot be known for the moment; a place in
  // RuleSet::facts.
  std::optional<std::size_t> failed_fact;
};

// `limits` are those of `rules` that hold.  `recipients`: what a limit that
// counts them is to take.
void fill(LimitQuestion& question, rules::Evaluation& evaluation,
          const LimitRules& rules,
          const std::vector<const rules::Rule*>& limits,
          std::uint64_t recipients);

}  // namespace policyd
