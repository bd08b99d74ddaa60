#include "policy/policyd/limit_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "policy/envelope.h"
#include "policy/vocabulary.h"
#include "rules/members.h"

namespace policyd {
namespace {

using rules::Value;

bool is_address_of_client(const rules::FactUse& use) {
  return use.fact == static_cast<std::size_t>(policy::Fact::kClientAddress);
}

// The text that a bucket is named by; "" when it names none.
std::string key_text(const rules::FactUse& use, const Value& value) {
  switch (value.kind) {
    case Value::Kind::kText:
      if (is_address_of_client(use) && policy::is_this_host(value.text)) {
        return {};
      }
      return rules::lower_case(value.text);
    case Value::Kind::kNumber:
      return std::to_string(value.number);
    case Value::Kind::kFlag:
      return value.flag ? "yes" : "no";
    default:
      return {};
  }
}

// The texts of all keys; nullopt when the limit does not hold.
std::optional<std::vector<std::string>> key_texts(
    rules::Evaluation& evaluation, const rules::Rule& rule,
    std::optional<std::size_t>& failed_fact) {
  std::vector<std::string> texts;
  texts.reserve(rule.limit.keys.size());
  for (const std::size_t fact : rule.limit.keys) {
    const Value value = evaluation.value(fact);
    if (value.kind == Value::Kind::kFailed) {
      failed_fact = fact;
      return std::nullopt;
    }
    std::string text = key_text(evaluation.rules().facts[fact], value);
    if (text.empty()) return std::nullopt;
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

std::vector<std::string> limit_names(const rules::RuleSet& rules,
                                     const rules::Section& section) {
  std::vector<std::string> names;
  for (const rules::Rule& rule : section.limits) {
    const rules::Limit& limit = rule.limit;
    std::string name =
        fmt::format("{} {}/{} {} {}", rule.reason, limit.count, limit.period,
                    limit.burst, limit.counts_recipients ? "r" : "m");
    for (const std::size_t fact : limit.keys) {
      name += ' ';
      name += rules.facts[fact].definition->name;
    }
    names.push_back(std::move(name));
  }
  return names;
}

LimitQuestion limit_question(rules::Evaluation& evaluation,
                             const rules::Section& section,
                             const std::vector<std::string>& names,
                             const std::vector<const rules::Rule*>& limits,
                             std::uint64_t recipients) {
  LimitQuestion question;
  for (const rules::Rule* rule : limits) {
    const auto texts = key_texts(evaluation, *rule, question.failed_fact);
    if (question.failed_fact) return question;
    if (!texts) continue;
    const auto place = static_cast<std::size_t>(rule - section.limits.data());
    const rules::Limit& limit = rule->limit;
    LimitUse use{
        limit_key(names[place], {texts->begin(), texts->end()}),
        {limit.count, limit.period, limit.burst},
        limit.counts_recipients ? std::max<std::uint64_t>(recipients, 1) : 1};
    // Two rules that say the same are one limit.
    const bool is_known = std::any_of(
        question.uses.begin(), question.uses.end(),
        [&](const LimitUse& known) { return known.key == use.key; });
    if (is_known) continue;
    question.rules.push_back(rule);
    question.uses.push_back(std::move(use));
  }
  return question;
}

}  // namespace policyd
