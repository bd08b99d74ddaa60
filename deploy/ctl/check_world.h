#pragma once

// The world of a check: accounts from two lists, limits that grant all.
//
// Every address in the mail domains exists and takes encrypted mail only, but
// for those named as unknown or as taking cleartext; no address elsewhere has
// an account here.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/world.h"

namespace ctl {

class ListedAccounts : public policy::Accounts {
 public:
  explicit ListedAccounts(const std::vector<std::string>& mail_domains);

  void all_take_cleartext() { all_take_cleartext_ = true; }
  void takes_cleartext(const std::vector<std::string>& addresses);
  // Stronger than takes_cleartext().
  void unknown(const std::vector<std::string>& addresses);

  policy::AccountState look_up(std::string_view address) override;

 private:
  std::set<std::string, std::less<>> mail_domains_;
  std::set<std::string, std::less<>> cleartext_;
  std::set<std::string, std::less<>> unknown_;
  bool all_take_cleartext_ = false;
};

class GrantingLimits : public policy::Limits {
 public:
  policy::SpendAnswer spend(const policy::Spend&) override { return {}; }
};

}  // namespace ctl
