#include "policy/recipients.h"

#include <algorithm>

namespace policy {
namespace {

bool is_disabled(AccountState state) {
  return state == AccountState::kDisabled;
}

}  // namespace

Recipients::Recipients(const Configuration& configuration,
                       const Envelope& envelope, Accounts& accounts)
    : configuration_(configuration), envelope_(envelope), accounts_(accounts) {}

// An address of another domain is nobody's account here.
AccountState Recipients::state_of(const std::string& canonical) const {
  const std::vector<std::string>& ours = configuration_.mail_domains;
  if (!ours.empty() &&
      std::find(ours.begin(), ours.end(), domain_of(canonical)) == ours.end()) {
    return AccountState::kUnknown;
  }
  return accounts_.look_up(canonical);
}

const std::vector<AccountState>& Recipients::states() {
  if (!states_) {
    states_.emplace();
    for (const std::string& recipient : envelope_.recipients) {
      states_->push_back(state_of(canonical_recipient(recipient)));
    }
  }
  return *states_;
}

bool Recipients::lookup_failed() {
  return std::any_of(states().begin(), states().end(), [](AccountState state) {
    return state == AccountState::kTemporaryError;
  });
}

bool Recipients::all_take_cleartext() {
  return !all_disabled() &&
         std::all_of(states().begin(), states().end(), [](AccountState state) {
           return is_disabled(state) || state == AccountState::kTakesCleartext;
         });
}

bool Recipients::all_unknown() {
  return std::all_of(states().begin(), states().end(), [](AccountState state) {
    return state == AccountState::kUnknown;
  });
}

bool Recipients::all_disabled() {
  return std::all_of(states().begin(), states().end(), is_disabled);
}

std::vector<std::size_t> Recipients::disabled() {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < states().size(); ++i) {
    if (is_disabled(states()[i])) indices.push_back(i);
  }
  return indices;
}

}  // namespace policy
