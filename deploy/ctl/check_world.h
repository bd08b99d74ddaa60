#pragma once

// The world of a check: accounts from two lists, limits that grant all.
//
// Every address in the mail domains exists and takes encrypted mail only, but
// for those named as unknown or as taking cleartext; no address elsewhere has
// an account here.  A list names accounts, or recipients as the envelope has
// them: bob+note is on it as itself and as bob.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/world.h"

namespace ctl {

class ListedAccounts : public policy::Accounts {
 public:
  ListedAccounts(const std::vector<std::string>& mail_domains,
                 const std::vector<std::string>& recipients);

  void all_take_cleartext() { all_take_cleartext_ = true; }
  void takes_cleartext(const std::vector<std::string>& addresses);
  // Stronger than takes_cleartext().
  void unknown(const std::vector<std::string>& addresses);

  policy::Account look_up(std::string_view address) override;

 private:
  using Addresses = std::set<std::string, std::less<>>;
  void add(const std::vector<std::string>& listed, Addresses& accounts) const;

  std::set<std::string, std::less<>> mail_domains_;
  std::vector<std::string> recipients_;
  Addresses cleartext_;
  Addresses unknown_;
  bool all_take_cleartext_ = false;
};

class GrantingLimits : public policy::Limits {
 public:
  policy::SpendAnswer spend(const policy::Spend&) override { return {}; }
};

}  // namespace ctl
