#include "policy/recipients.h"

#include <algorithm>
#include <string>

namespace policy {

Recipients::Recipients(const Configuration& configuration,
                       const Envelope& envelope, Accounts& accounts)
    : configuration_(configuration), envelope_(envelope), accounts_(accounts) {}

// An address of another domain is nobody's account here.
bool Recipients::is_local(const std::string& forward_path) const {
  const std::vector<std::string>& ours = configuration_.mail_domains;
  return ours.empty() || std::find(ours.begin(), ours.end(),
                                   domain_of(forward_path)) != ours.end();
}

const std::vector<AccountState>& Recipients::states() {
  if (!states_) {
    states_.emplace();
    states_->reserve(envelope_.recipients.size());
    for (const std::string& recipient : envelope_.recipients) {
      states_->push_back(
          is_local(recipient)
              ? accounts_.look_up(canonical_recipient(recipient)).state
              : AccountState::kUnknown);
    }
  }
  return *states_;
}

bool Recipients::lookup_failed() {
  return std::find(states().begin(), states().end(),
                   AccountState::kTemporaryError) != states().end();
}

bool Recipients::is(std::size_t index, RecipientState state) {
  switch (state) {
    case RecipientState::kLocal:
      return is_local(envelope_.recipients[index]);
    case RecipientState::kRemote:
      return !is_local(envelope_.recipients[index]);
    case RecipientState::kUnknown:
      return states()[index] == AccountState::kUnknown;
    case RecipientState::kEnforcing:
      return states()[index] == AccountState::kEnforcing;
    case RecipientState::kTakesCleartext:
      return states()[index] == AccountState::kTakesCleartext;
    case RecipientState::kDisabled:
      return states()[index] == AccountState::kDisabled;
  }
  return false;
}

std::vector<std::size_t> Recipients::in_state(RecipientState state) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < envelope_.recipients.size(); ++i) {
    if (is(i, state)) indices.push_back(i);
  }
  return indices;
}

bool Recipients::are(Quantifier quantifier, RecipientState state) {
  const std::size_t count = in_state(state).size();
  switch (quantifier) {
    case Quantifier::kAny:
      return count > 0;
    case Quantifier::kNo:
      return count == 0;
    case Quantifier::kEvery:
      break;
  }
  if (state != RecipientState::kTakesCleartext) {
    return count == envelope_.recipients.size();
  }
  const std::size_t disabled = in_state(RecipientState::kDisabled).size();
  return count > 0 && count + disabled == envelope_.recipients.size();
}

}  // namespace policy
