#include "policy/policyd/account_desk.h"

#include <utility>

namespace policyd {

AccountDesk::AccountDesk(std::shared_ptr<policy::Accounts> accounts,
                         std::function<std::int64_t()> now,
                         std::optional<Elsewhere> elsewhere)
    : accounts_(std::move(accounts)),
      now_(std::move(now)),
      elsewhere_(std::move(elsewhere)) {}

std::optional<policy::Account> AccountDesk::known(std::string_view address) {
  const std::int64_t now = now_();
  if (now != learned_at_) {
    known_.clear();
    learned_at_ = now;
  }
  const auto found = known_.find(address);
  if (found != known_.end()) return found->second;
  if (elsewhere_) return std::nullopt;
  const policy::Account account = accounts_->look_up(address);
  learn(address, account);
  return account;
}

void AccountDesk::ask(const std::string& address, const Answered& answered) {
  const bool is_asked =
      elsewhere_->there([desk = shared_from_this(), accounts = accounts_,
                         here = elsewhere_->here, address, answered] {
        here([desk, address, account = accounts->look_up(address), answered] {
          desk->learn(address, account);
          answered(account);
        });
      });
  if (!is_asked) answered({policy::AccountState::kTemporaryError});
}

void AccountDesk::learn(std::string_view address,
                        const policy::Account& account) {
  if (account.state == policy::AccountState::kTemporaryError) return;
  known_.insert_or_assign(std::string(address), account);
}

}  // namespace policyd
