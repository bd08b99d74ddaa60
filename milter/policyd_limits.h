#pragma once

// policy::Limits by asking chatmail-policyd (policy/spend_request.h).
// Whatever does not come within the deadline is a temporary error.

#include <chrono>

#include "daemon/kept_connections.h"
#include "daemon/socket_place.h"
#include "policy/world.h"

namespace milter {

inline constexpr std::chrono::milliseconds kLimitsDeadline{5000};

class PolicydLimits final : public policy::Limits {
 public:
  explicit PolicydLimits(daemons::SocketPlace place,
                         std::chrono::milliseconds deadline = kLimitsDeadline)
      : policyd_(std::move(place), deadline) {}

  policy::SpendAnswer spend(const policy::Spend& spend) override;

 private:
  daemons::KeptConnections policyd_;
};

}  // namespace milter
