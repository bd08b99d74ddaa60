#pragma once

// The facts that a request tells, for the rules.
//
// Postfix asks when the recipients are not all there and the message has not
// come: what is later is "not yet".  The milter asks when everything is known.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "policy/policyd/account_desk.h"
#include "policy/policyd/request.h"
#include "policy/vocabulary.h"
#include "policy/world.h"
#include "rules/evaluation.h"

namespace policyd {

enum class Occasion : std::uint8_t { kRecipient, kData, kSpend };

// The section, or how a request is called in log and metrics.
std::string_view to_string(Occasion);

// What a request asks, or why it cannot be answered.
struct RequestKind {
  std::optional<Occasion> occasion;  // none: we have no opinion here
  std::string unusable;              // not empty: for the log
};
RequestKind kind_of(const Request& request);

class RequestFacts final : public rules::FactSource {
 public:
  // All outlive it.  `now` in seconds since the epoch.
  RequestFacts(AccountDesk& accounts, const std::function<std::int64_t()>& now)
      : accounts_(accounts), now_(now) {}

  // Of this request from now on; it outlives its use.
  void begin(const Request& request, Occasion occasion);

  rules::Value value(std::size_t fact, std::string_view argument) override;

  // Whether a fact of the account was asked for that has to be looked up first:
  // it was said to be not yet known.
  bool awaits_account() const { return awaits_account_; }
  std::string account_address() const;
  void learn(const policy::Account& account);

  std::string_view login() const {
    return request_->value(occasion_ == Occasion::kSpend
                               ? Attribute::kLogin
                               : Attribute::kSaslUsername);
  }
  std::string_view reverse_path() const {
    return request_->value(occasion_ == Occasion::kSpend
                               ? Attribute::kReversePath
                               : Attribute::kSender);
  }

 private:
  rules::Value count_of_recipients() const;
  rules::Value direction() const;
  rules::Value kept(std::string_view text);

  AccountDesk& accounts_;
  const std::function<std::int64_t()>& now_;
  const Request* request_ = nullptr;
  Occasion occasion_ = Occasion::kRecipient;
  std::optional<policy::Account> account_;
  bool awaits_account_ = false;
  // Texts that were made; those from `texts_used_` on are of an earlier
  // request, kept for their memory.
  std::deque<std::string> texts_;
  std::size_t texts_used_ = 0;
};

}  // namespace policyd
