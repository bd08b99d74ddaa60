#include "accounts/file_accounts.h"

#include "mailbox/account_lookup.h"

namespace accounts {

policy::Account FileAccounts::look_up(std::string_view address) {
  using State = mailbox::AccountLookup::State;
  using policy::AccountState;
  const auto found = mailbox::look_up_account(mailboxes_dir_, address);
  switch (found.state) {
    case State::kEnforcing:
      return {AccountState::kEnforcing, found.created};
    case State::kTakesCleartext:
      return {AccountState::kTakesCleartext, found.created};
    case State::kDisabled:
      return {AccountState::kDisabled, found.created};
    case State::kTemporaryError:
      return {AccountState::kTemporaryError};
    case State::kUnknown:
      break;
  }
  return {AccountState::kUnknown};
}

}  // namespace accounts
