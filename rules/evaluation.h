#pragma once

// One message against a section of the rules.
//
// A condition is true, false, not yet (a later stage will tell) or failed (a
// fact cannot be known for the moment).  Rules are asked in their order until
// one is true; the first that is not yet or failed ends the asking, because
// the order is the meaning.  Each fact is asked for once, when the first rule
// needs it; only a free fact is looked at to be certain sooner.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rules/rule_set.h"
#include "rules/value.h"

namespace rules {

// The facts of one message.
class FactSource {
 public:
  virtual ~FactSource() = default;
  // `fact` is a place in Vocabulary::facts.
  virtual Value value(std::size_t fact, std::string_view argument) = 0;
};

enum class Truth : std::uint8_t { kFalse, kTrue, kNotYet, kFailed };
std::string_view to_string(Truth);

// A rule that was tried, for `chatmail explain`.
struct Step {
  const Rule* rule = nullptr;
  Truth truth = Truth::kFalse;
};

struct Outcome {
  enum class Kind : std::uint8_t {
    kNotYet,
    kDecided,     // by `rule`
    kUnworded,    // `rule` is true, and a later stage will tell what it says
    kFactFailed,  // `fact`, a place in RuleSet::facts, in `rule`
    kUndecided,   // no rule was true
  };
  Kind kind = Kind::kUndecided;
  const Rule* rule = nullptr;
  std::size_t fact = 0;
};

class Evaluation {
 public:
  // `source` outlives it; `section` is one of `rules`.
  Evaluation(std::shared_ptr<const RuleSet> rules, const Section& section,
             FactSource& source);

  // Asks another section about the same message; what is known stays known.
  void turn_to(const Section& section);
  // As if it had just been made: its source has another message.
  void begin_anew();

  // Goes on where it ended before: what was false stays so, because a fact
  // that is known does not change.
  Outcome decide();
  // The limits that hold for this message, in order, until the next such
  // question.  A kFactFailed or kNotYet is given through `outcome`; else it is
  // kUndecided.
  const std::vector<const Rule*>& limits(Outcome& outcome);
  // Those of them that are certain already: one whose condition is not yet
  // known is passed over.
  const std::vector<const Rule*>& known_limits(Outcome& outcome);
  // The edits whose condition is true; one that failed or is not yet known is
  // told as in limits().
  const std::vector<const Rule*>& header_edits(Outcome& outcome);
  const std::vector<const Rule*>& final_edits(Outcome& outcome);

  // The reply of a rule; `wait` stands for {wait}.
  std::string text_of(const Rule& rule, std::uint64_t wait = 0);
  // What stands behind `because`, or "".
  std::string cause_of(const Rule& rule);
  const Value& value(std::size_t fact);
  const RuleSet& rules() const { return *rules_; }
  const std::shared_ptr<const RuleSet>& shared_rules() const { return rules_; }
  // What was asked so far; nullopt: nobody asked, or it was not yet known.
  const std::optional<Value>& known(std::size_t fact) const {
    return known_[fact];
  }

  // From now on every rule that is tried is noted.
  void keep_trace() { keeps_trace_ = true; }
  const std::vector<Step>& trace() const { return trace_; }

 private:
  std::string expand(const Template& text, std::uint64_t wait);
  Truth truth_of(const Rule& rule);
  Truth truth_of(const Test& test);
  Truth truth_of_children(const Test& test);
  Truth truth_of_match(const Test& test);
  bool names_failure(const Test& test, const Value& failed);
  bool is_worded(const Rule& rule);
  bool is_member(const Test& test, const Value& left);
  Truth compare(const Test& test, const Value& left);
  enum class Pending : std::uint8_t { kEnds, kIsPassedOver };
  const std::vector<const Rule*>& true_ones(const std::vector<Rule>& rules,
                                            Outcome& outcome,
                                            Pending not_yet = Pending::kEnds);

  std::shared_ptr<const RuleSet> rules_;
  const Section* section_;
  FactSource& source_;
  std::vector<std::optional<Value>> known_;  // by place in RuleSet::facts
  std::vector<std::size_t> asked_;           // those that are known
  std::vector<const Rule*> true_ones_;
  // Which patterns matched, by place in RuleSet::pattern_sets.
  std::vector<std::optional<std::vector<int>>> matched_;
  // Texts that were looked for in sets, by place in RuleSet::facts.
  std::map<std::size_t, FoldedText> folded_;
  std::size_t first_open_ = 0;  // in Section::deciding
  std::size_t failed_fact_ = 0;
  bool keeps_trace_ = false;
  std::vector<Step> trace_;
};

}  // namespace rules
