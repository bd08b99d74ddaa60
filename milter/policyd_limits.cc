#include "milter/policyd_limits.h"

#include "policy/spend_request.h"

namespace milter {

static_assert(policy::kMaxSpendAnswer <= daemons::KeptConnections::kMaxAnswer);

policy::SpendAnswer PolicydLimits::spend(const policy::Spend& spend) {
  policy::SpendAnswer failed;
  failed.kind = policy::SpendAnswer::Kind::kTemporaryError;
  const auto request = policy::spend_request(spend);
  if (!request) return failed;
  const auto answer = policyd_.ask(*request, "\n\n");
  if (!answer) return failed;
  return policy::parse_spend_answer(*answer).value_or(failed);
}

}  // namespace milter
