#pragma once

// What is known of the recipients' accounts, looked up when a rule asks.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/configuration.h"
#include "policy/envelope.h"
#include "policy/vocabulary.h"
#include "policy/world.h"

namespace policy {

class Recipients {
 public:
  enum class Quantifier : std::uint8_t { kEvery, kAny, kNo };

  // All outlive it.
  Recipients(const Configuration& configuration, const Envelope& envelope,
             Accounts& accounts);

  // Some account could not be looked up: nobody knows.
  bool lookup_failed();
  // Without a recipient, every one is in any state but kTakesCleartext; for
  // that, disabled ones do not count (their mail is dropped), and one has to
  // be left.
  bool are(Quantifier quantifier, RecipientState state);
  // Indices into Envelope::recipients.
  std::vector<std::size_t> in_state(RecipientState state);

 private:
  bool is_local(const std::string& forward_path) const;
  const std::vector<AccountState>& states();
  bool is(std::size_t index, RecipientState state);

  const Configuration& configuration_;
  const Envelope& envelope_;
  Accounts& accounts_;
  std::optional<std::vector<AccountState>> states_;
};

}  // namespace policy
