#include "policy/policyd/limit_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>

#include "limits/sip_hash.h"
#include "mime/ascii.h"
#include "policy/envelope.h"
#include "policy/vocabulary.h"

namespace policyd {
namespace {

using rules::Value;

bool is_address_of_client(const rules::FactUse& use) {
  return use.fact == static_cast<std::size_t>(policy::Fact::kClientAddress);
}

// Appends the text with its length in front; false when there is none.
bool append_key(std::string_view text, std::string& key) {
  if (text.empty()) return false;
  limits::append_text(text, key);
  mime::make_lower(std::span(key).last(text.size()));
  return true;
}

bool append_key(const rules::FactUse& use, const Value& value,
                std::string& key) {
  switch (value.kind) {
    case Value::Kind::kText:
      if (is_address_of_client(use) && policy::is_this_host(value.text)) {
        return false;
      }
      return append_key(value.text, key);
    case Value::Kind::kNumber:
      return append_key(std::to_string(value.number), key);
    case Value::Kind::kFlag:
      return append_key(value.flag ? "yes" : "no", key);
    default:
      return false;
  }
}

// The bucket's name into `key`; false when the limit does not hold.
bool make_key(rules::Evaluation& evaluation, const rules::Rule& rule,
              const std::string& name, std::string& key,
              std::optional<std::size_t>& failed_fact) {
  key = name;
  for (const std::size_t fact : rule.limit.keys) {
    const Value& value = evaluation.value(fact);
    if (value.kind == Value::Kind::kFailed) failed_fact = fact;
    if (!append_key(evaluation.rules().facts[fact], value, key)) return false;
  }
  return true;
}

// Two rules that say the same are one limit.
bool is_repeated(const std::vector<limits::LimitUse>& uses, std::size_t count) {
  return std::any_of(uses.begin(),
                     uses.begin() + static_cast<std::ptrdiff_t>(count),
                     [&](const limits::LimitUse& known) {
                       return known.key == uses[count].key;
                     });
}

}  // namespace

LimitRules::LimitRules(const rules::RuleSet& rules, const rules::Section& of)
    : section(of) {
  for (const rules::Rule& rule : section.limits) {
    const rules::Limit& limit = rule.limit;
    std::string name =
        fmt::format("{} {}/{} {} {}", rule.reason, limit.count, limit.period,
                    limit.burst, limit.counts_recipients ? "r" : "m");
    for (const std::size_t fact : limit.keys) {
      name += ' ';
      name += rules.facts[fact].definition->name;
    }
    // The key is known to all: front ends that share Redis have the same.
    const std::uint64_t hash = limits::sip_hash({}, name).first;
    const std::string octets(reinterpret_cast<const char*>(&hash), sizeof hash);
    has_twins = has_twins ||
                std::find(names.begin(), names.end(), octets) != names.end();
    names.push_back(octets);
  }
}

void fill(LimitQuestion& question, rules::Evaluation& evaluation,
          const LimitRules& rules,
          const std::vector<const rules::Rule*>& limits,
          std::uint64_t recipients) {
  question.rules.clear();
  question.failed_fact.reset();
  std::size_t count = 0;
  for (const rules::Rule* rule : limits) {
    const auto place =
        static_cast<std::size_t>(rule - rules.section.limits.data());
    if (question.uses.size() == count) question.uses.emplace_back();
    limits::LimitUse& use = question.uses[count];
    if (!make_key(evaluation, *rule, rules.names[place], use.key,
                  question.failed_fact)) {
      if (question.failed_fact) break;
      continue;
    }
    if (rules.has_twins && is_repeated(question.uses, count)) continue;
    const rules::Limit& limit = rule->limit;
    use.rate = {limit.count, limit.period, limit.burst};
    use.cost =
        limit.counts_recipients ? std::max<std::uint64_t>(recipients, 1) : 1;
    question.rules.push_back(rule);
    ++count;
  }
  question.uses.resize(count);
}

}  // namespace policyd
