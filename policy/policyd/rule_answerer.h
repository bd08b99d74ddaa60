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
#include <optional>
#include <string>

#include "limits/limit_store.h"
#include "policy/judgement.h"
#include "policy/policyd/account_desk.h"
#include "policy/policyd/answerer.h"
#include "policy/policyd/counters.h"
#include "policy/policyd/limit_question.h"
#include "policy/rulebook.h"

namespace policyd {

// What the settings come to; a reload makes another.
struct Ruling {
  explicit Ruling(std::shared_ptr<const policy::Rulebook> made);

  std::shared_ptr<const policy::Rulebook> rulebook;
  LimitRules limits;
  std::shared_ptr<AccountDesk> accounts;
  bool log_addresses = false;

  // What is asked at RCPT and at DATA.
  const rules::Section& section_of(Occasion occasion) const {
    return occasion == Occasion::kData ? data_ : recipient_;
  }

 private:
  const rules::Section& recipient_;
  const rules::Section& data_;
};

class RuleAnswerer final : public Answerer {
 public:
  // All outlive it.  `now` in seconds since the epoch.
  RuleAnswerer(std::shared_ptr<Ruling> ruling, limits::LimitStore& store,
               Counters& counters, spdlog::logger& log,
               std::function<std::int64_t()> now);

  ~RuleAnswerer() override;

  // For requests that come from now on.
  void replace(std::shared_ptr<Ruling> ruling);

  std::optional<std::string> answer(const Request& request,
                                    const Later& later) override;

 private:
  struct Asking;

  std::optional<std::string> judge(const std::shared_ptr<Asking>& asking,
                                   const Later& later);
  void look_up_account(const std::shared_ptr<Asking>& asking,
                       const Later& later);
  std::optional<std::string> ask_store(const std::shared_ptr<Asking>& asking,
                                       const Later& later);
  std::optional<policy::Judgement> decide(Asking& asking) const;
  std::optional<policy::Judgement> prepare_limits(Asking& asking) const;
  std::string take(Asking& asking, const limits::StoreAnswer& answer);
  std::string granted(const Asking& asking);
  std::string refused(Asking& asking, const policy::Judgement& judgement);
  std::string unusable(const std::string& why);

  std::shared_ptr<Ruling> ruling_;
  limits::LimitStore& store_;
  Counters& counters_;
  spdlog::logger& log_;
  std::function<std::int64_t()> now_;
  // Used again and again where the store answers at once.
  std::shared_ptr<Asking> kept_;
};

}  // namespace policyd
