#pragma once

// Compiled rules.  Immutable: many messages are judged by one at a time, and a
// reload swaps in another while messages under way keep theirs.
//
// Made by compile() (rules/compiler.h), asked by Evaluation
// (rules/evaluation.h).

#include <re2/re2.h>
#include <re2/set.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rules/members.h"
#include "rules/syntax.h"
#include "rules/vocabulary.h"

namespace rules {

// A fact that some rule names, with its argument; rules refer to it by its
// place in RuleSet::facts, so that each is computed once a message.
struct FactUse {
  std::size_t fact = 0;  // in Vocabulary::facts
  const FactDefinition* definition = nullptr;
  std::string argument;  // header[ARGUMENT]
};

// A condition; `kind` says which of the members count.
struct Test {
  Condition::Kind kind = Condition::Kind::kTrue;
  std::vector<Test> children;
  std::size_t fact = 0;               // on the left
  std::optional<std::size_t> second;  // a fact on the right
  std::string text;                   // a text or word on the right
  std::uint64_t number = 0;           // a number on the right
  std::shared_ptr<const TextMembers> texts;
  std::shared_ptr<const NetworkMembers> networks;
  std::size_t pattern_set = 0;  // of the fact, in RuleSet::pattern_sets
  std::size_t pattern = 0;      // in it
  // Of all facts in it.
  Stage stage = Stage::kEnvelope;
  Cost cost = Cost::kFree;
};

// "text with {facts}", taken apart.
struct Template {
  struct Piece {
    std::string text;
    std::optional<std::size_t> fact;  // behind the text
    bool is_wait = false;             // {wait}: seconds, behind the text
  };
  std::vector<Piece> pieces;
};

struct Limit {
  std::uint64_t count = 0;   // in
  std::uint64_t period = 1;  // seconds
  std::uint64_t burst = 1;
  bool counts_recipients = false;
  std::vector<std::size_t> keys;  // facts
};

struct Rule {
  Action action = Action::kAccept;
  std::optional<Test> condition;
  int code = 0;
  std::string enhanced_status;
  Template text;
  std::string reason;
  Template because;  // what a log adds to the reason; may be empty
  Limit limit;
  Action when_over = Action::kDefer;  // of kLimit
  std::string name;                   // of a field, a set, or a state
  std::string replacement;
  // Where it was written.
  std::size_t file = 0;
  Position position;
};

struct Section {
  const SectionDefinition* definition = nullptr;
  // Each in the order of the files.
  std::vector<Rule> deciding;      // accept, reject, defer, discard
  std::vector<Rule> limits;        // limit
  std::vector<Rule> header_edits;  // remove, replace, keep only, sign
  std::vector<Rule> final_edits;   // those that may wait for the end
};

// All patterns that are looked for in one fact.
struct PatternSet {
  std::size_t fact = 0;
  std::vector<std::string> patterns;
  std::unique_ptr<re2::RE2::Set> set;
};

struct RuleSet {
  std::vector<std::string> files;
  std::vector<FactUse> facts;
  std::vector<Section> sections;
  std::vector<PatternSet> pattern_sets;

  const Section* find_section(std::string_view name) const;
  // "FILE:LINE"
  std::string place_of(const Rule&) const;
};

}  // namespace rules
