#pragma once

// policy::Limits by asking chatmail-policyd (policy/spend_request.h).
//
// Messages end in many threads at once, so there are several connections; they
// are kept, up to kKeptConnections.  A kept one may be stale, because the other
// side was restarted meanwhile: then a new one is tried, once.  Whatever does
// not come within the deadline is a temporary error.

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "daemon/socket_place.h"
#include "policy/world.h"

namespace milter {

// More messages than this rarely end within the same millisecond.
inline constexpr std::size_t kKeptConnections = 8;
inline constexpr std::chrono::milliseconds kLimitsDeadline{5000};

class PolicydLimits final : public policy::Limits {
 public:
  explicit PolicydLimits(daemons::SocketPlace place,
                         std::chrono::milliseconds deadline = kLimitsDeadline);
  ~PolicydLimits() override;
  PolicydLimits(const PolicydLimits&) = delete;
  PolicydLimits& operator=(const PolicydLimits&) = delete;

  policy::SpendAnswer spend(const policy::Spend& spend) override;

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  std::optional<std::string> ask(const std::string& request, Deadline deadline);
  int take_kept();
  void keep(int connection);

  daemons::SocketPlace place_;
  std::chrono::milliseconds deadline_;
  std::mutex mutex_;
  std::vector<int> kept_;
};

}  // namespace milter
