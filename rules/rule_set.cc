#include "rules/rule_set.h"

namespace rules {

const Section* RuleSet::find_section(std::string_view name) const {
  for (const Section& section : sections) {
    if (section.definition->name == name) return &section;
  }
  return nullptr;
}

const PatternSet* RuleSet::find_patterns(std::size_t fact) const {
  for (const PatternSet& patterns : pattern_sets) {
    if (patterns.fact == fact) return &patterns;
  }
  return nullptr;
}

std::string RuleSet::place_of(const Rule& rule) const {
  return files[rule.file] + ':' + std::to_string(rule.position.line);
}

}  // namespace rules
