#pragma once

// What is known of the recipients' accounts, looked up when a rule asks.

#include <cstddef>
#include <optional>
#include <vector>

#include "policy/configuration.h"
#include "policy/envelope.h"
#include "policy/world.h"

namespace policy {

class Recipients {
 public:
  // All outlive it.
  Recipients(const Configuration& configuration, const Envelope& envelope,
             Accounts& accounts);

  // Some account could not be looked up: nobody knows.
  bool lookup_failed();
  // Every recipient that is not disabled takes cleartext, and there is one.
  // An unknown one does not.
  bool all_take_cleartext();
  bool all_unknown();
  bool all_disabled();
  // Indices into Envelope::recipients.
  std::vector<std::size_t> disabled();

 private:
  const std::vector<AccountState>& states();
  AccountState state_of(const std::string& canonical) const;

  const Configuration& configuration_;
  const Envelope& envelope_;
  Accounts& accounts_;
  std::optional<std::vector<AccountState>> states_;
};

}  // namespace policy
