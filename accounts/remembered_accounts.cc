#include "accounts/remembered_accounts.h"

namespace accounts {

policy::Account RememberedAccounts::look_up(std::string_view address) {
  const std::int64_t now = now_();
  if (now != learned_at_) {
    known_.clear();
    learned_at_ = now;
  }
  const auto found = known_.find(address);
  if (found != known_.end()) return found->second;
  const policy::Account account = accounts_->look_up(address);
  if (account.state != policy::AccountState::kTemporaryError) {
    known_.emplace(address, account);
  }
  return account;
}

}  // namespace accounts
