#include "policy/rulebook.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace policy {
namespace {

void add_once(std::string word, std::vector<std::string>& words) {
  if (word.empty() ||
      std::find(words.begin(), words.end(), word) != words.end()) {
    return;
  }
  words.push_back(std::move(word));
}

bool is_header_fact(std::size_t fact) {
  return fact == static_cast<std::size_t>(Fact::kHeader) ||
         fact == static_cast<std::size_t>(Fact::kHeaderCount) ||
         fact == static_cast<std::size_t>(Fact::kHeaderDecoded);
}

// What is wrong with a section that judges messages, or "".
std::string hole_in(const rules::Section& section) {
  const std::string name(section.definition->name);
  if (section.deciding.empty()) {
    return "no rule decides on " + name + ": it wants an 'accept' at its end";
  }
  if (section.deciding.back().condition) {
    return "the last rule on " + name +
           " has a condition: what no rule decides would be nobody's "
           "decision; end with 'accept' or 'reject'";
  }
  return {};
}

rules::Diagnostic error_at(const rules::Rule& rule, const rules::RuleSet& rules,
                           std::span<const rules::SourceFile> files) {
  rules::Diagnostic diagnostic;
  diagnostic.file = rules.files[rule.file];
  diagnostic.position = rule.position;
  diagnostic.source_line =
      rules::line_of(files[rule.file].text, rule.position.line);
  return diagnostic;
}

// Who wrote a message is what all else rests on: a signature of ours covers
// From, one of others was made over it, and a reader trusts it.
void check_edits(const rules::RuleSet& rules,
                 std::span<const rules::SourceFile> files,
                 std::vector<rules::Diagnostic>& diagnostics) {
  for (const rules::Section& section : rules.sections) {
    for (const rules::Rule& edit : section.header_edits) {
      if (rules::lower_case(edit.name) != "from") continue;
      rules::Diagnostic diagnostic = error_at(edit, rules, files);
      diagnostic.message =
          "From says who wrote the message, and is what DKIM proves and signs: "
          "it can be neither removed nor replaced";
      diagnostics.push_back(std::move(diagnostic));
    }
  }
}

void check_sections(const rules::RuleSet& rules,
                    std::span<const rules::SourceFile> files,
                    std::vector<rules::Diagnostic>& diagnostics) {
  for (const std::string_view name : {kOnInbound, kOnOutbound, kOnInternal}) {
    const rules::Section& section = *rules.find_section(name);
    const std::string hole = hole_in(section);
    if (hole.empty()) continue;
    rules::Diagnostic diagnostic;
    if (!section.deciding.empty()) {
      diagnostic = error_at(section.deciding.back(), rules, files);
    } else if (!rules.files.empty()) {
      diagnostic.file = rules.files.back();
    }
    diagnostic.message = hole;
    diagnostics.push_back(std::move(diagnostic));
  }
}

}  // namespace

Rulebook::Rulebook(std::shared_ptr<const rules::RuleSet> rules)
    : rules_(std::move(rules)), asked_(kFacts, false) {
  for (const rules::FactUse& use : rules_->facts) {
    asked_[use.fact] = true;
    if (is_header_fact(use.fact)) {
      add_once(rules::lower_case(use.argument), read_fields_);
    }
  }
  for (const rules::Rule& rule : section(kOnInbound).header_edits) {
    add_once(rules::lower_case(rule.name), edited_fields_);
  }
  for (const rules::Section& each : rules_->sections) {
    for (const auto* list : {&each.deciding, &each.limits}) {
      for (const rules::Rule& rule : *list) add_once(rule.reason, reasons_);
    }
  }
}

const rules::Section& Rulebook::section(std::string_view name) const {
  const rules::Section* found = rules_->find_section(name);
  assert(found != nullptr);
  return *found;
}

const rules::Section& Rulebook::section(Direction direction) const {
  switch (direction) {
    case Direction::kOutbound:
    case Direction::kLocal:
      return section(kOnOutbound);
    case Direction::kInternal:
      return section(kOnInternal);
    case Direction::kInbound:
      break;
  }
  return section(kOnInbound);
}

bool Rulebook::asks(Fact fact) const {
  return asked_[static_cast<std::size_t>(fact)];
}

RulebookResult make_rulebook(
    std::span<const rules::SourceFile> files,
    std::function<std::optional<std::string>(std::string_view)> setting,
    decltype(rules::Surroundings::read_list) read_list) {
  rules::CompileResult compiled = rules::compile(
      files, {vocabulary(), std::move(setting), std::move(read_list)});
  RulebookResult result;
  result.diagnostics = std::move(compiled.diagnostics);
  if (compiled.rules == nullptr) return result;
  check_edits(*compiled.rules, files, result.diagnostics);
  check_sections(*compiled.rules, files, result.diagnostics);
  if (rules::has_errors(result.diagnostics)) return result;
  result.rulebook = std::make_shared<const Rulebook>(std::move(compiled.rules));
  return result;
}

}  // namespace policy
