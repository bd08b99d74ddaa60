#pragma once

// What a compilation knows while it goes through the statements: names that
// were defined, facts that were used, and what went wrong.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/compiler.h"

namespace rules {

struct NamedList {
  std::shared_ptr<const TextMembers> texts;
  // Null when some member is no network: then it is for texts only.
  std::shared_ptr<const NetworkMembers> networks;
  std::string no_network;  // the first such member
};

// A condition with a name, and the file it stands in.
struct Definition {
  Condition condition;
  std::size_t file = 0;
};

class Scope {
 public:
  Scope(std::span<const SourceFile> files, const Surroundings& surroundings)
      : files_(files), surroundings_(surroundings) {}

  void begin_file(std::size_t file) { file_ = file; }
  std::size_t file() const { return file_; }
  const SourceFile& source() const { return files_[file_]; }
  const Surroundings& surroundings() const { return surroundings_; }
  const Vocabulary& vocabulary() const { return surroundings_.vocabulary; }

  void error(const Position& position, std::string message);
  void warn(const Position& position, std::string message);

  // The place in RuleSet::facts; nullopt after an error.
  std::optional<std::size_t> use_fact(const Operand& operand);
  const FactUse& fact(std::size_t place) const { return rules->facts[place]; }
  // No error when there is none of that name.
  const FactDefinition* find_fact(const Operand& operand) const;

  // The number that an operand stands for: written, or a setting's.
  std::optional<std::uint64_t> number_of(const Operand& operand);
  struct PatternPlace {
    std::size_t set = 0;  // in RuleSet::pattern_sets
    std::size_t pattern = 0;
  };
  std::optional<PatternPlace> add_pattern(std::size_t fact,
                                          const Operand& pattern);

  // ", did you mean 'NAME'?" or "".
  std::string did_you_mean(std::string_view wrong) const;

  // The same of a list.
  std::string list_meant_by(std::string_view wrong) const;

  // Which facts may be named from here on (FactDefinition::where).
  void set_where(std::uint8_t where) { where_ = where; }

  std::map<std::string, NamedList, std::less<>> lists;
  std::map<std::string, Definition, std::less<>> definitions;
  std::unique_ptr<RuleSet> rules = std::make_unique<RuleSet>();
  std::vector<Diagnostic> diagnostics;

 private:
  void add(bool is_error, const Position& position, std::string message);

  std::span<const SourceFile> files_;
  const Surroundings& surroundings_;
  std::size_t file_ = 0;
  std::uint8_t where_ = kEverywhere;
  std::map<std::size_t, int> program_sizes_;  // by fact
};

// A condition for a section whose facts are known up to `last`; nullopt after
// an error.
std::optional<Test> compile_condition(const Condition& condition, Stage last,
                                      Scope& scope);

// A reply's text; `wait` is a word only where there is a limit.
std::optional<Template> compile_template(const std::string& text,
                                         const Position& position, Stage last,
                                         bool has_wait, Scope& scope);

std::optional<NamedList> compile_members(const std::vector<Operand>& members,
                                         Scope& scope);
std::optional<NamedList> compile_list_file(const Statement& statement,
                                           Scope& scope);

std::string_view to_string(Stage);

}  // namespace rules
