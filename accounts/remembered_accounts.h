#pragma once

// Accounts with a short memory.
//
// A client with many recipients asks about its login once for each; whoever
// knows is asked once a second.  An answer that is temporary is not kept.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "policy/world.h"

namespace accounts {

// Takes a view, so that looking up makes no string of it.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

// For one thread.
class RememberedAccounts final : public policy::Accounts {
 public:
  // `now` in seconds since the epoch.
  RememberedAccounts(std::unique_ptr<policy::Accounts> accounts,
                     std::function<std::int64_t()> now)
      : accounts_(std::move(accounts)), now_(std::move(now)) {}

  policy::Account look_up(std::string_view address) override;

 private:
  std::unique_ptr<policy::Accounts> accounts_;
  std::function<std::int64_t()> now_;
  std::int64_t learned_at_ = 0;  // all of it, in that second
  std::unordered_map<std::string, policy::Account, TextHash, std::equal_to<>>
      known_;
};

}  // namespace accounts
