#include "rules/rule_set.h"

namespace rules {

const Section* RuleSet::find_section(std::string_view name) const {
  for (const Section& section : sections) {
    if (section.definition->name == name) return &section;
  }
  return nullptr;
}

std::string RuleSet::place_of(const Rule& rule) const {
  return files[rule.file] + ':' + std::to_string(rule.position.line);
}

}  // namespace rules
