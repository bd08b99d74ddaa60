#pragma once

// The rules that are in force, and what must be known of them before the
// first message: which sections there are, which header fields to keep, which
// facts nobody asks for, so that nothing is done for them.
//
// Immutable and shared: a reload makes another, messages under way keep theirs.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/envelope.h"
#include "policy/vocabulary.h"
#include "rules/compiler.h"
#include "rules/rule_set.h"

namespace policy {

class Rulebook {
 public:
  // `rules` were compiled with vocabulary().
  explicit Rulebook(std::shared_ptr<const rules::RuleSet> rules);

  const std::shared_ptr<const rules::RuleSet>& rules() const { return rules_; }
  // The section that judges mail of that direction; local mail is outbound.
  const rules::Section& section(Direction direction) const;
  const rules::Section& section(std::string_view name) const;

  // Some rule names the fact.
  bool asks(Fact fact) const;
  // In lower case: those that rules read, and those that inbound rules edit.
  const std::vector<std::string>& read_fields() const { return read_fields_; }
  const std::vector<std::string>& edited_fields() const {
    return edited_fields_;
  }
  // All words behind `as`.
  const std::vector<std::string>& reasons() const { return reasons_; }

 private:
  std::shared_ptr<const rules::RuleSet> rules_;
  std::vector<bool> asked_;
  std::vector<std::string> read_fields_;
  std::vector<std::string> edited_fields_;
  std::vector<std::string> reasons_;
};

struct RulebookResult {
  std::shared_ptr<const Rulebook> rulebook;  // null when there is an error
  std::vector<rules::Diagnostic> diagnostics;
};

// `settings` and `read_list` as in rules::Surroundings.  Every section that
// judges messages has to end in a rule that decides: what no rule decides
// would be a hole.
RulebookResult make_rulebook(
    std::span<const rules::SourceFile> files,
    std::function<std::optional<std::string>(std::string_view)> setting,
    decltype(rules::Surroundings::read_list) read_list);

}  // namespace policy
