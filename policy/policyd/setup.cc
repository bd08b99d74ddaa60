#include "policy/policyd/setup.h"

#include <chrono>
#include <utility>

#include "accounts/choice.h"
#include "daemon/program_files.h"
#include "rules/rule_files.h"

namespace policyd {
namespace {

// There is one thread that asks, and Postfix waits for it: what answers at all
// answers within a millisecond.
constexpr accounts::Patience kPatience{std::chrono::milliseconds(250),
                                       std::chrono::milliseconds(1000)};

std::shared_ptr<const policy::Rulebook> load_rules(
    const daemons::Settings& settings, RulingResult& result) {
  std::string directory = settings.text("rules_dir");
  if (directory.empty()) directory = daemons::shipped_rules_directory();
  const rules::RuleFiles read =
      rules::read_rule_files(settings.text("own_rules_dir"), directory);
  if (!read.error.empty()) {
    result.errors.push_back("rules: " + read.error);
    return nullptr;
  }
  policy::RulebookResult made = policy::make_rulebook(
      read.files,
      [&settings](std::string_view key) { return settings.for_rules(key); },
      rules::read_list_file);
  for (const rules::Diagnostic& diagnostic : made.diagnostics) {
    std::string text = to_string(diagnostic);
    while (text.ends_with('\n')) text.pop_back();
    (diagnostic.is_error ? result.errors : result.warnings)
        .push_back(std::move(text));
  }
  return std::move(made.rulebook);
}

}  // namespace

RulingResult make_ruling(const daemons::Settings& settings,
                         std::function<std::int64_t()> now,
                         const Elsewhere& elsewhere) {
  RulingResult result;
  if (!settings.is_set("mail_domain")) {
    result.errors.emplace_back("mail_domain is not set");
  }
  auto rulebook = load_rules(settings, result);
  std::string error;
  auto asked = accounts::make_accounts(settings, kPatience, error);
  if (!error.empty()) result.errors.push_back(std::move(error));
  if (!result.errors.empty() || rulebook == nullptr) return result;
  result.ruling = std::make_shared<Ruling>(std::move(rulebook));
  // Files answer at once.
  const bool another_answers = !settings.text("accounts_socket").empty();
  result.ruling->accounts = std::make_shared<AccountDesk>(
      std::move(asked), std::move(now),
      another_answers ? std::optional(elsewhere) : std::nullopt);
  result.ruling->log_addresses = settings.yes("log_addresses");
  return result;
}

std::string fixed_settings(const daemons::Settings& settings) {
  std::string all;
  for (const char* key : {"policyd_socket", "policyd_metrics_socket",
                          "policyd_state_dir", "limits_store"}) {
    all += settings.text(key) + '\n';
  }
  return all;
}

}  // namespace policyd
