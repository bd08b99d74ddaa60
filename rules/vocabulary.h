#pragma once

// The words that rules may use: facts with their types, and sections with
// what may be done in them.
//
// The language knows no mail.  Whoever asks rules a question (the judge of a
// message, the policy service) brings a vocabulary, and answers for its facts
// through a FactSource (rules/evaluation.h).

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rules {

enum class Type : std::uint8_t {
  kFlag,     // true or false
  kNumber,   // 0 and above; octets, seconds or a count
  kText,     // octets; compared without regard to case (ASCII)
  kWord,     // one of a closed set of words
  kAddress,  // of an IP host, or none
};

// When a fact can be known.  A rule that asks for a later one is "not yet".
enum class Stage : std::uint8_t { kEnvelope, kHeader, kEnd };

// What it takes to know it.  Only a free fact is looked at to be certain
// sooner; the others wait until a rule cannot do without.
enum class Cost : std::uint8_t { kFree, kLookup, kWait };

// Bits for FactDefinition::where; what each means is the vocabulary's own.
inline constexpr std::uint8_t kEverywhere = 0xFF;

struct FactDefinition {
  std::string_view name;
  Type type = Type::kFlag;
  Stage stage = Stage::kEnvelope;
  Cost cost = Cost::kFree;
  std::string_view about;     // one line for rules/README.md
  std::string_view example;   // a condition that compiles
  std::string_view words{};   // of kWord: all of them, separated by '|'
  bool has_argument = false;  // header[Subject]
  // A text that we composed and bounded: it stands whole in a reply.
  bool own_words = false;
  // Who can tell it: sections that share a bit may name it.
  std::uint8_t where = kEverywhere;
};

enum class Action : std::uint8_t {
  kAccept,
  kReject,
  kDefer,
  kDiscard,
  kLimit,
  kRemove,
  kReplace,
  kReplaceReversePath,
  kKeepOnly,
  kSign,
  kDropRecipients,
  kAddAuthenticationResults,
};
inline constexpr std::size_t kActions = 12;

std::string_view to_string(Action);

struct SectionDefinition {
  std::string_view name;
  Stage last_stage = Stage::kEnd;  // facts of later stages are never known
  std::span<const Action> actions;
  std::uint8_t where = kEverywhere;  // see FactDefinition
};

// A value; what it refers to outlives every RuleSet compiled with it.
struct Vocabulary {
  std::span<const FactDefinition> facts;
  std::span<const SectionDefinition> sections;
  // What `keep only` may name.
  std::span<const std::string_view> header_sets;
  // What `drop STATE recipients` may name.
  std::span<const std::string_view> recipient_states{};

  const FactDefinition* find_fact(std::string_view name) const;
  const SectionDefinition* find_section(std::string_view name) const;
};

// The word of `words` that differs least from `wrong`; empty when none is near
// enough to be meant.
std::string_view nearest(std::string_view wrong,
                         std::span<const std::string_view> words);

}  // namespace rules
