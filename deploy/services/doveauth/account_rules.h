#pragma once

// The rules about accounts: read, compiled and asked.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/services/doveauth/limit_store.h"
#include "rules/evaluation.h"
#include "rules/rule_set.h"

namespace doveauth {

// What becomes of a creation.
struct Decision {
  enum class Kind : std::uint8_t { kAccept, kReject, kDefer };
  Kind kind = Kind::kDefer;
  std::string reason;  // one word, of the rule
  std::string text;    // for the log
};

// A limit that holds for this login, with its key filled in.
struct LimitUse {
  std::string key;
  Rate rate;
};

class AccountRules {
 public:
  // `sources` are the names of files and of folders, whose *.conf are read in
  // the order of their names; what is not there is left out.  Null and
  // `errors` when there is none at all or something is wrong with one.
  static std::shared_ptr<const AccountRules> load(
      std::span<const std::string> sources, const daemons::Settings& settings,
      std::vector<std::string>& errors, std::vector<std::string>& warnings);

  // Asks section `create` and, when it accepts, uses its limits: those that
  // were used are in `used`.
  Decision decide_creation(rules::FactSource& facts, LimitStore& limits,
                           double now, std::vector<LimitUse>& used) const;

  // The limits of section `login` that hold.
  std::vector<LimitUse> login_limits(rules::FactSource& facts) const;

 private:
  explicit AccountRules(std::shared_ptr<const rules::RuleSet> rules)
      : rules_(std::move(rules)) {}

  std::shared_ptr<const rules::RuleSet> rules_;
};

}  // namespace doveauth
