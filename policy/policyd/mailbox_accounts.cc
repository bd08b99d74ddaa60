#include "policy/policyd/mailbox_accounts.h"

#include "mailbox/account_lookup.h"

namespace policyd {
namespace {

using mailbox::AccountLookup;
using policy::AccountState;

policy::Account account_of(const AccountLookup& lookup) {
  switch (lookup.state) {
    case AccountLookup::State::kEnforcing:
      return {AccountState::kEnforcing, lookup.created};
    case AccountLookup::State::kTakesCleartext:
      return {AccountState::kTakesCleartext, lookup.created};
    case AccountLookup::State::kDisabled:
      return {AccountState::kDisabled, lookup.created};
    case AccountLookup::State::kTemporaryError:
      return {AccountState::kTemporaryError};
    case AccountLookup::State::kUnknown:
      break;
  }
  return {AccountState::kUnknown};
}

}  // namespace

policy::Account MailboxAccounts::look_up(std::string_view address) {
  const std::int64_t now = now_();
  if (now != learned_at_) {
    known_.clear();
    learned_at_ = now;
  }
  const auto found = known_.find(address);
  if (found != known_.end()) return found->second;
  const policy::Account account =
      account_of(mailbox::look_up_account(mailboxes_dir_, address));
  if (account.state != AccountState::kTemporaryError) {
    known_.emplace(address, account);
  }
  return account;
}

}  // namespace policyd
