#include "deploy/services/doveauth/account_rules.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "deploy/services/doveauth/login_facts.h"
#include "deploy/services/doveauth/vocabulary.h"
#include "rules/compiler.h"

namespace doveauth {
namespace {

namespace fs = std::filesystem;
using Kind = Decision::Kind;

// nullopt and errno's reason in `error`.
std::optional<std::string> text_of(const fs::path& path, std::string& error) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.good() || file.eof()) return text;
  error = path.string() + ": " + std::strerror(errno);
  return std::nullopt;
}

std::vector<fs::path> files_of(const fs::path& source) {
  std::error_code error;
  if (!fs::is_directory(source, error)) {
    return fs::exists(source, error) ? std::vector<fs::path>{source}
                                     : std::vector<fs::path>{};
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(source, error)) {
    if (entry.path().extension() == ".conf") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string key_of(const rules::Rule& rule, rules::Evaluation& evaluation) {
  std::string key = evaluation.rules().place_of(rule);
  for (const std::size_t fact : rule.limit.keys) {
    key += '\0';
    key += to_text(evaluation.value(fact));
  }
  return key;
}

LimitUse use_of(const rules::Rule& rule, rules::Evaluation& evaluation) {
  return {key_of(rule, evaluation),
          {rule.limit.count, rule.limit.period, rule.limit.burst}};
}

Kind kind_of(rules::Action action) {
  if (action == rules::Action::kAccept) return Kind::kAccept;
  return action == rules::Action::kReject ? Kind::kReject : Kind::kDefer;
}

Decision unknown(const rules::Outcome& outcome,
                 const rules::Evaluation& evaluation) {
  if (outcome.kind == rules::Outcome::Kind::kFactFailed) {
    return {
        Kind::kDefer, "temporary-error",
        std::string(evaluation.rules().facts[outcome.fact].definition->name) +
            " cannot be told for the moment"};
  }
  return {Kind::kDefer, "undecided", "no rule decides"};
}

}  // namespace

std::shared_ptr<const AccountRules> AccountRules::load(
    std::span<const std::string> sources, const daemons::Settings& settings,
    std::vector<std::string>& errors, std::vector<std::string>& warnings) {
  std::vector<rules::SourceFile> files;
  for (const std::string& source : sources) {
    for (const fs::path& path : files_of(source)) {
      std::string error;
      auto text = text_of(path, error);
      if (text) {
        files.push_back({path.string(), std::move(*text)});
      } else {
        errors.push_back(error);
      }
    }
  }
  if (files.empty()) {
    errors.emplace_back("account_rules: there is no rules file");
  }
  if (!errors.empty()) return nullptr;
  const rules::Surroundings surroundings{
      account_vocabulary(),
      [&](std::string_view key) { return number_setting(settings, key); },
      [](const std::string& rules_file, const std::string& name,
         std::string& error) {
        return text_of(fs::path(rules_file).parent_path() / name, error);
      }};
  const rules::CompileResult result = rules::compile(files, surroundings);
  for (const rules::Diagnostic& diagnostic : result.diagnostics) {
    (diagnostic.is_error ? errors : warnings).push_back(to_string(diagnostic));
  }
  if (result.rules == nullptr) return nullptr;
  if (result.rules->find_section(kCreateSection) == nullptr) {
    errors.emplace_back("account_rules: no rules on create");
    return nullptr;
  }
  return std::shared_ptr<const AccountRules>(new AccountRules(result.rules));
}

Decision AccountRules::decide_creation(rules::FactSource& facts,
                                       LimitStore& limits, double now,
                                       std::vector<LimitUse>& used) const {
  rules::Evaluation evaluation(rules_, *rules_->find_section(kCreateSection),
                               facts);
  const rules::Outcome outcome = evaluation.decide();
  if (outcome.kind != rules::Outcome::Kind::kDecided) {
    return unknown(outcome, evaluation);
  }
  Decision decision{kind_of(outcome.rule->action), outcome.rule->reason,
                    evaluation.text_of(*outcome.rule)};
  if (decision.kind != Kind::kAccept) return decision;
  rules::Outcome open;
  const auto holding = evaluation.limits(open);
  if (open.kind != rules::Outcome::Kind::kUndecided) {
    return unknown(open, evaluation);
  }
  for (const rules::Rule* rule : holding) {
    LimitUse use = use_of(*rule, evaluation);
    const auto wait = limits.spend(use.key, use.rate, now);
    if (wait != 0) {
      for (const LimitUse& each : used) limits.give_back(each.key, each.rate);
      used.clear();
      if (!wait) {
        return {Kind::kDefer, "temporary-error", "limits cannot be asked"};
      }
      return {kind_of(rule->when_over), rule->reason,
              evaluation.text_of(*rule, *wait)};
    }
    used.push_back(std::move(use));
  }
  return decision;
}

std::vector<LimitUse> AccountRules::login_limits(
    rules::FactSource& facts) const {
  const rules::Section* section = rules_->find_section(kLoginSection);
  if (section == nullptr) return {};
  rules::Evaluation evaluation(rules_, *section, facts);
  rules::Outcome open;
  std::vector<LimitUse> uses;
  for (const rules::Rule* rule : evaluation.limits(open)) {
    uses.push_back(use_of(*rule, evaluation));
  }
  return uses;
}

}  // namespace doveauth
