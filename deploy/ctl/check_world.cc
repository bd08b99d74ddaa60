#include "deploy/ctl/check_world.h"

#include "mime/ascii.h"
#include "policy/envelope.h"

namespace ctl {

ListedAccounts::ListedAccounts(const std::vector<std::string>& mail_domains,
                               const std::vector<std::string>& recipients)
    : mail_domains_(mail_domains.begin(), mail_domains.end()),
      recipients_(recipients) {}

void ListedAccounts::add(const std::vector<std::string>& listed,
                         Addresses& accounts) const {
  for (const auto& address : listed) {
    accounts.insert(mime::to_lower(address));
    for (const auto& recipient : recipients_) {
      if (mime::equal_ignoring_case(address, recipient)) {
        accounts.insert(policy::canonical_recipient(recipient));
      }
    }
  }
}

void ListedAccounts::takes_cleartext(
    const std::vector<std::string>& addresses) {
  add(addresses, cleartext_);
}

void ListedAccounts::unknown(const std::vector<std::string>& addresses) {
  add(addresses, unknown_);
}

policy::Account ListedAccounts::look_up(std::string_view address) {
  if (unknown_.contains(address) ||
      !mail_domains_.contains(policy::domain_of(address))) {
    return {policy::AccountState::kUnknown};
  }
  if (all_take_cleartext_ || cleartext_.contains(address)) {
    return {policy::AccountState::kTakesCleartext};
  }
  return {policy::AccountState::kEnforcing};
}

}  // namespace ctl
