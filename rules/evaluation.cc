#include "rules/evaluation.h"

#include <algorithm>
#include <utility>

#include "rules/compiler.h"

namespace rules {
namespace {

Truth truth(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

Truth negated(Truth value) {
  if (value == Truth::kTrue) return Truth::kFalse;
  if (value == Truth::kFalse) return Truth::kTrue;
  return value;
}

bool is_pending(Truth value) {
  return value == Truth::kNotYet || value == Truth::kFailed;
}

}  // namespace

std::string_view to_string(Truth truth) {
  switch (truth) {
    case Truth::kFalse:
      return "no";
    case Truth::kTrue:
      return "yes";
    case Truth::kNotYet:
      return "not yet";
    case Truth::kFailed:
      break;
  }
  return "failed";
}

Evaluation::Evaluation(std::shared_ptr<const RuleSet> rules,
                       const Section& section, FactSource& source)
    : rules_(std::move(rules)),
      section_(&section),
      source_(source),
      known_(rules_->facts.size()),
      matched_(rules_->pattern_sets.size()) {}

void Evaluation::turn_to(const Section& section) {
  section_ = &section;
  first_open_ = 0;
}

void Evaluation::begin_anew() {
  for (const std::size_t fact : asked_) known_[fact].reset();
  asked_.clear();
  std::fill(matched_.begin(), matched_.end(), std::nullopt);
  folded_.clear();
  trace_.clear();
  first_open_ = 0;
  failed_fact_ = 0;
}

const Value& Evaluation::value(std::size_t fact) {
  static const Value kNotYet = Value::not_yet();
  std::optional<Value>& known = known_[fact];
  if (known) return *known;
  const FactUse& use = rules_->facts[fact];
  const Value value = source_.value(use.fact, use.argument);
  if (value.kind == Value::Kind::kNotYet) return kNotYet;
  asked_.push_back(fact);
  return known.emplace(value);
}

Truth Evaluation::truth_of(const Rule& rule) {
  const Truth truth = rule.condition ? truth_of(*rule.condition) : Truth::kTrue;
  if (keeps_trace_) trace_.push_back({&rule, truth});
  return truth;
}

// Kleene's three values: one that decides does so whatever the pending others
// will be, if it can be had for nothing.
Truth Evaluation::truth_of_children(const Test& test) {
  const Truth deciding =
      test.kind == Condition::Kind::kOr ? Truth::kTrue : Truth::kFalse;
  Truth pending = deciding;
  for (const Test& child : test.children) {
    // Nothing that costs is looked up as long as another is not yet known.
    if (pending == Truth::kNotYet && child.cost != Cost::kFree) continue;
    const std::size_t failed_before = failed_fact_;
    const Truth truth = truth_of(child);
    if (truth == deciding) return deciding;
    if (!is_pending(truth)) continue;
    if (pending == Truth::kFailed) failed_fact_ = failed_before;  // the first
    // What is not yet known may still decide.
    if (pending != Truth::kNotYet) pending = truth;
  }
  return is_pending(pending) ? pending : negated(deciding);
}

Truth Evaluation::truth_of(const Test& test) {
  switch (test.kind) {
    case Condition::Kind::kOr:
    case Condition::Kind::kAnd:
      return truth_of_children(test);
    case Condition::Kind::kNot:
      return negated(truth_of(test.children.front()));
    default:
      break;
  }
  const Value& left = value(test.fact);
  if (left.kind == Value::Kind::kNotYet) return Truth::kNotYet;
  if (test.kind == Condition::Kind::kFails) {
    return truth(left.kind == Value::Kind::kFailed);
  }
  if (left.kind != Value::Kind::kFailed) return compare(test, left);
  if (names_failure(test, left)) return Truth::kTrue;
  failed_fact_ = test.fact;
  return Truth::kFailed;
}

// Whether the word of the failure is what is asked for.
bool Evaluation::names_failure(const Test& test, const Value& failed) {
  if (failed.text.empty()) return false;
  if (test.kind == Condition::Kind::kIs && !test.second) {
    return equal_ignoring_case(failed.text, test.text);
  }
  return test.kind == Condition::Kind::kIn && test.texts != nullptr &&
         is_member(test, failed);
}

Truth Evaluation::compare(const Test& test, const Value& left) {
  switch (test.kind) {
    case Condition::Kind::kLess:
      return truth(left.number < test.number);
    case Condition::Kind::kAtMost:
      return truth(left.number <= test.number);
    case Condition::Kind::kMore:
      return truth(left.number > test.number);
    case Condition::Kind::kAtLeast:
      return truth(left.number >= test.number);
    case Condition::Kind::kIn:
      return truth(is_member(test, left));
    case Condition::Kind::kMatches:
      return truth_of_match(test);
    case Condition::Kind::kIs:
      break;
    default:
      return truth(left.is_true());
  }
  if (left.kind == Value::Kind::kNumber) {
    return truth(left.number == test.number);
  }
  if (!test.second) return truth(equal_ignoring_case(left.text, test.text));
  const Value& right = value(*test.second);
  if (right.kind == Value::Kind::kNotYet) return Truth::kNotYet;
  if (right.kind == Value::Kind::kFailed) {
    failed_fact_ = *test.second;
    return Truth::kFailed;
  }
  return truth(equal_ignoring_case(left.text, right.text));
}

bool Evaluation::is_member(const Test& test, const Value& left) {
  if (test.texts != nullptr) {
    const auto folded = folded_.try_emplace(test.fact, left.text).first;
    return test.texts->contains(folded->second);
  }
  const auto host = parse_host_address(left.text);
  return host && test.networks->contains(*host);
}

// All patterns of a fact are matched at once, when the first is asked for.
Truth Evaluation::truth_of_match(const Test& test) {
  std::optional<std::vector<int>>& matched = matched_[test.pattern_set];
  if (!matched) {
    const PatternSet* patterns = &rules_->pattern_sets[test.pattern_set];
    std::vector<int> found;
    re2::RE2::Set::ErrorInfo error{re2::RE2::Set::kNoError};
    const std::string_view text =
        value(test.fact).text.substr(0, kMaxMatchedText);
    if (!patterns->set->Match({text.data(), text.size()}, &found, &error) &&
        error.kind != re2::RE2::Set::kNoError) {
      // Out of memory is no "no match".
      failed_fact_ = test.fact;
      return Truth::kFailed;
    }
    std::sort(found.begin(), found.end());
    matched = std::move(found);
  }
  return truth(std::binary_search(matched->begin(), matched->end(),
                                  static_cast<int>(test.pattern)));
}

Outcome Evaluation::decide() {
  for (; first_open_ < section_->deciding.size(); ++first_open_) {
    const Rule& rule = section_->deciding[first_open_];
    switch (truth_of(rule)) {
      case Truth::kFalse:
        break;
      case Truth::kTrue:
        if (is_worded(rule)) return {Outcome::Kind::kDecided, &rule, 0};
        if (keeps_trace_) trace_.back().truth = Truth::kNotYet;
        return {Outcome::Kind::kUnworded, &rule, 0};
      case Truth::kNotYet:
        return {Outcome::Kind::kNotYet, &rule, 0};
      case Truth::kFailed:
        return {Outcome::Kind::kFactFailed, &rule, failed_fact_};
    }
  }
  return {};
}

const std::vector<const Rule*>& Evaluation::true_ones(
    const std::vector<Rule>& rules, Outcome& outcome, Pending not_yet) {
  true_ones_.clear();
  outcome = {};
  for (const Rule& rule : rules) {
    const Truth truth = truth_of(rule);
    if (truth == Truth::kTrue) true_ones_.push_back(&rule);
    if (!is_pending(truth)) continue;
    if (truth == Truth::kNotYet && not_yet == Pending::kIsPassedOver) continue;
    outcome = {truth == Truth::kNotYet ? Outcome::Kind::kNotYet
                                       : Outcome::Kind::kFactFailed,
               &rule, failed_fact_};
    break;
  }
  return true_ones_;
}

const std::vector<const Rule*>& Evaluation::limits(Outcome& outcome) {
  return true_ones(section_->limits, outcome);
}

const std::vector<const Rule*>& Evaluation::known_limits(Outcome& outcome) {
  return true_ones(section_->limits, outcome, Pending::kIsPassedOver);
}

const std::vector<const Rule*>& Evaluation::header_edits(Outcome& outcome) {
  return true_ones(section_->header_edits, outcome);
}

const std::vector<const Rule*>& Evaluation::final_edits(Outcome& outcome) {
  return true_ones(section_->final_edits, outcome);
}

bool Evaluation::is_worded(const Rule& rule) {
  const auto is_known = [this](const Template::Piece& piece) {
    return !piece.fact || value(*piece.fact).kind != Value::Kind::kNotYet;
  };
  return std::all_of(rule.text.pieces.begin(), rule.text.pieces.end(),
                     is_known) &&
         std::all_of(rule.because.pieces.begin(), rule.because.pieces.end(),
                     is_known);
}

std::string Evaluation::expand(const Template& text, std::uint64_t wait) {
  std::string expanded;
  for (const Template::Piece& piece : text.pieces) {
    expanded += piece.text;
    if (piece.is_wait) expanded += std::to_string(wait) + " s";
    if (!piece.fact) continue;
    const Value known = value(*piece.fact);
    const bool whole = rules_->facts[*piece.fact].definition->own_words &&
                       known.kind == Value::Kind::kText;
    expanded += whole ? std::string(known.text) : to_text(known);
  }
  return expanded;
}

std::string Evaluation::text_of(const Rule& rule, std::uint64_t wait) {
  return expand(rule.text, wait);
}

std::string Evaluation::cause_of(const Rule& rule) {
  return expand(rule.because, 0);
}

}  // namespace rules
