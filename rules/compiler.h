#pragma once

// Rules files into a RuleSet, or what is wrong with them.
//
// Files are read in the order given: the operator's own before the shipped
// ones.  Rules of one section from several files are joined in that order.  A
// name (a list, a definition) is known from where it stands onwards.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/diagnostics.h"
#include "rules/rule_set.h"
#include "rules/vocabulary.h"

namespace rules {

struct SourceFile {
  std::string name;
  std::string text;
};

struct Surroundings {
  const Vocabulary& vocabulary;
  // The value of `$key`; nullopt: there is no such setting.
  std::function<std::optional<std::string>(std::string_view key)> setting;
  // The text of a list's file, whose name is relative to the rules file's
  // folder; nullopt: it cannot be read, and `error` says why.
  std::function<std::optional<std::string>(const std::string& rules_file,
                                           const std::string& name,
                                           std::string& error)>
      read_list;
};

struct CompileResult {
  std::shared_ptr<const RuleSet> rules;  // null when there is an error
  std::vector<Diagnostic> diagnostics;   // warnings too
};

CompileResult compile(std::span<const SourceFile> files,
                      const Surroundings& surroundings);

// The patterns over one fact share this much memory; one whose program is
// larger than a share of it is refused, because RE2 does not report that it
// runs out and only becomes slow: then a message costs a step for each octet
// and each instruction.  So the text that is matched is bounded too.
inline constexpr std::int64_t kPatternMemory = std::int64_t{64} << 20;
inline constexpr int kMaxPatternProgram = 2'000;
inline constexpr int kMaxPatternPrograms = 100'000;  // of one fact
inline constexpr std::size_t kMaxMatchedText = std::size_t{4} * 1024;

}  // namespace rules
