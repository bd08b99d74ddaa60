#include "deploy/ctl/check_world.h"

#include "policy/envelope.h"

namespace ctl {

ListedAccounts::ListedAccounts(const std::vector<std::string>& mail_domains)
    : mail_domains_(mail_domains.begin(), mail_domains.end()) {}

void ListedAccounts::takes_cleartext(
    const std::vector<std::string>& addresses) {
  for (const auto& address : addresses) {
    cleartext_.insert(policy::canonical_recipient(address));
  }
}

void ListedAccounts::unknown(const std::vector<std::string>& addresses) {
  for (const auto& address : addresses) {
    unknown_.insert(policy::canonical_recipient(address));
  }
}

policy::AccountState ListedAccounts::look_up(std::string_view address) {
  if (unknown_.contains(address) ||
      !mail_domains_.contains(policy::domain_of(address))) {
    return policy::AccountState::kUnknown;
  }
  if (all_take_cleartext_ || cleartext_.contains(address)) {
    return policy::AccountState::kTakesCleartext;
  }
  return policy::AccountState::kEnforcing;
}

}  // namespace ctl
