#pragma once

// The shipped rules with accounts, settings and a clock of a test's own.

#include <spdlog/logger.h>

#include <cstdint>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "daemon/settings.h"
#include "limits/embedded_store.h"
#include "policy/policyd/counters.h"
#include "policy/policyd/rule_answerer.h"
#include "tests/policyd/sample_requests.h"

namespace policyd_test {

// Accounts that a test lists; any other is unknown.
class ListedAccounts final : public policy::Accounts {
 public:
  explicit ListedAccounts(
      const std::map<std::string, policy::Account>& accounts)
      : accounts_(accounts) {}
  policy::Account look_up(std::string_view address) override;

 private:
  const std::map<std::string, policy::Account>& accounts_;
};

class AnsweringWorld {
 public:
  AnsweringWorld();

  // The answer to a request, without its last empty line.
  std::string ask(const Attributes& attributes);
  // The same where the answer may come later: to `later`.
  std::optional<std::string> ask(const Attributes& attributes,
                                 policyd::Answerer::Answered later);
  // Compiles the shipped rules, or `text` in the place of them.
  void load_rules(const std::string& text = "");
  void advance(std::int64_t seconds) { now_ += seconds * 1'000'000; }
  std::int64_t now() const { return now_ / 1'000'000; }
  std::string log() const { return log_.str(); }
  double metric(const std::string& series) const;

  std::map<std::string, policy::Account> accounts;
  // Where accounts have to be asked for; takes effect with load_rules().
  std::optional<policyd::Elsewhere> elsewhere;
  daemons::Settings settings;
  bool log_addresses = false;

 private:
  std::int64_t now_ = 1'800'000'000'000'000;
  std::ostringstream log_;
  std::shared_ptr<spdlog::logger> logger_;
  policyd::Counters counters_;
  std::unique_ptr<limits::EmbeddedStore> store_;
  std::unique_ptr<policyd::RuleAnswerer> answerer_;
};

// All that the milter sends, for an encrypted message of Alice's.
Attributes spend_request();

}  // namespace policyd_test
