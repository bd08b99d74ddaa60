#pragma once

// Answers requests by the rules.
//
// At RCPT and DATA the sections `recipient` and `data` decide, and then the
// limits whose conditions are known already are looked at; nothing is spent.
// When the milter asks to count a message, all its limits are spent, or none.
// Whether an address exists is told to nobody.

#include <spdlog/logger.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "policy/judgement.h"
#include "policy/policyd/answerer.h"
#include "policy/policyd/counters.h"
#include "policy/policyd/limit_store.h"
#include "policy/rulebook.h"
#include "policy/world.h"

namespace policyd {

// What the settings come to; a reload makes another.
struct Ruling {
  explicit Ruling(std::shared_ptr<const policy::Rulebook> made);

  std::shared_ptr<const policy::Rulebook> rulebook;
  std::vector<std::string> limit_names;  // of the section `limits`
  std::unique_ptr<policy::Accounts> accounts;
  bool log_addresses = false;
};

class RuleAnswerer final : public Answerer {
 public:
  // All outlive it.  `now` in seconds since the epoch.
  RuleAnswerer(std::shared_ptr<Ruling> ruling, LimitStore& store,
               Counters& counters, spdlog::logger& log,
               std::function<std::int64_t()> now);

  // For requests that come from now on.
  void replace(std::shared_ptr<Ruling> ruling) { ruling_ = std::move(ruling); }

  void answer(const Request& request, Answered answered) override;

 private:
  struct Asking;

  void decide(const std::shared_ptr<Asking>& asking);
  void ask_limits(const std::shared_ptr<Asking>& asking);
  void take(Asking& asking, const StoreAnswer& answer);
  void finish(Asking& asking, const policy::Judgement& judgement);
  void answer_unusable(const std::string& why, const Answered& answered);

  std::shared_ptr<Ruling> ruling_;
  LimitStore& store_;
  Counters& counters_;
  spdlog::logger& log_;
  std::function<std::int64_t()> now_;
};

}  // namespace policyd
