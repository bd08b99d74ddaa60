#include "policy/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace policy {
namespace {

void add_fact(std::size_t fact, std::vector<std::size_t>& facts) {
  if (std::find(facts.begin(), facts.end(), fact) == facts.end()) {
    facts.push_back(fact);
  }
}

void add_facts(const rules::Test& test, std::vector<std::size_t>& facts) {
  using Kind = rules::Condition::Kind;
  const bool is_joint = test.kind == Kind::kAnd || test.kind == Kind::kOr ||
                        test.kind == Kind::kNot;
  if (!is_joint) {
    add_fact(test.fact, facts);
    if (test.second) add_fact(*test.second, facts);
  }
  for (const rules::Test& child : test.children) add_facts(child, facts);
}

std::string action_of(const rules::Rule& rule) {
  std::string text(rules::to_string(rule.action));
  if (rule.code != 0) text += ' ' + std::to_string(rule.code);
  if (!rule.reason.empty()) text += ' ' + rule.reason;
  if (!rule.name.empty()) text += ' ' + rule.name;
  return text;
}

std::string name_of(const rules::FactUse& use) {
  std::string name(use.definition->name);
  if (!use.argument.empty()) name += '[' + use.argument + ']';
  return name;
}

// "40-inbound.conf:12": the folders are the same for most.
std::string short_place(const rules::Rule& rule, const rules::RuleSet& rules) {
  const std::string place = rules.place_of(rule);
  return place.substr(place.rfind('/') + 1);
}

// "" when nobody asked.
std::string value_of(std::size_t fact, const Trace& trace) {
  for (const auto& [place, value] : trace.facts) {
    if (place != fact) continue;
    const rules::Type type = trace.rules->facts[fact].definition->type;
    const bool is_quoted =
        type == rules::Type::kText || type == rules::Type::kAddress;
    return is_quoted ? '"' + value + '"' : value;
  }
  return {};
}

std::string facts_text(const rules::Rule& rule, const Trace& trace) {
  std::string text;
  for (const std::size_t fact : facts_of(rule)) {
    const std::string value = value_of(fact, trace);
    if (value.empty()) continue;
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ",
                        name_of(trace.rules->facts[fact]), value);
  }
  return text;
}

}  // namespace

std::string carried_out(const Trace& trace) {
  std::string text;
  for (const rules::Step& step : trace.steps) {
    switch (step.rule->action) {
      case rules::Action::kAccept:
      case rules::Action::kReject:
      case rules::Action::kDefer:
      case rules::Action::kDiscard:
        continue;
      default:
        break;
    }
    if (step.truth != rules::Truth::kTrue) continue;
    if (!text.empty()) text += ", ";
    text += action_of(*step.rule);
    if (!step.rule->replacement.empty()) {
      text += " with \"" + step.rule->replacement + '"';
    }
  }
  return text;
}

Trace trace_of(const rules::Evaluation& evaluation) {
  Trace trace;
  trace.rules = evaluation.shared_rules();
  trace.steps = evaluation.trace();
  for (std::size_t fact = 0; fact < trace.rules->facts.size(); ++fact) {
    const auto& known = evaluation.known(fact);
    if (known) trace.facts.emplace_back(fact, rules::to_text(*known));
  }
  return trace;
}

std::vector<std::size_t> facts_of(const rules::Rule& rule) {
  std::vector<std::size_t> facts;
  if (rule.condition) add_facts(*rule.condition, facts);
  return facts;
}

std::string to_string(const Trace& trace) {
  std::string text;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const rules::Step& step = trace.steps[i];
    const bool again = std::any_of(
        trace.steps.begin() + static_cast<std::ptrdiff_t>(i) + 1,
        trace.steps.end(),
        [&](const rules::Step& later) { return later.rule == step.rule; });
    if (again) continue;
    const std::string facts = facts_text(*step.rule, trace);
    text +=
        fmt::format("{:8} {}  {}{}{}\n", rules::to_string(step.truth),
                    short_place(*step.rule, *trace.rules),
                    action_of(*step.rule), facts.empty() ? "" : "  ", facts);
  }
  return text;
}

}  // namespace policy
