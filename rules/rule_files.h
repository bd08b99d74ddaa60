#pragma once

// Rules files from a disk: the operator's own, then the shipped ones, each
// folder's *.conf in the order of their names.
//
// A folder of own rules that is not there is an empty one; anything else that
// cannot be read is an error, because a rule that is missing in silence would
// let something pass.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rules/compiler.h"

namespace rules {

// A list of a million addresses has about 30 MiB.
inline constexpr std::size_t kMaxListOctets = std::size_t{64} * 1024 * 1024;

struct RuleFiles {
  std::vector<SourceFile> files;
  std::string error;  // not empty: do not use
};

// `own` may be empty.  DIRECTORY/rules.d stands in front as well.
RuleFiles read_rule_files(const std::string& own, const std::string& directory);

// For Surroundings::read_list.
std::optional<std::string> read_list_file(const std::string& rules_file,
                                          const std::string& name,
                                          std::string& error);

}  // namespace rules
