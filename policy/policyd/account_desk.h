#pragma once

// Accounts for a thread that must not wait, with a short memory.
//
// A client with many recipients asks about its login once for each; whoever
// knows is asked once a second.  An answer that is temporary is not kept.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "policy/world.h"

namespace policyd {

// Where who knows is asked: by `there` in a thread that may wait, and by `here`
// back in the one that must not.
struct Elsewhere {
  // False when too many wait already.
  std::function<bool(std::function<void()>)> there;
  std::function<void(std::function<void()>)> here;
};

// For one thread.  It is shared, for a question may outlive a reload.
class AccountDesk : public std::enable_shared_from_this<AccountDesk> {
 public:
  using Answered = std::function<void(const policy::Account&)>;

  // `now` in seconds since the epoch.  Without `elsewhere` the accounts answer
  // at once, and nothing need be asked for.
  AccountDesk(std::shared_ptr<policy::Accounts> accounts,
              std::function<std::int64_t()> now,
              std::optional<Elsewhere> elsewhere);

  // nullopt: it has to be asked for.  `address` is canonical.
  std::optional<policy::Account> known(std::string_view address);
  // The answer comes later, a temporary error at once when too many wait; none
  // comes when the process ends before.
  void ask(const std::string& address, const Answered& answered);

 private:
  // Takes a view, so that looking up makes no string of it.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  void learn(std::string_view address, const policy::Account& account);

  std::shared_ptr<policy::Accounts> accounts_;
  std::function<std::int64_t()> now_;
  std::optional<Elsewhere> elsewhere_;
  std::int64_t learned_at_ = 0;  // all of it, in that second
  std::unordered_map<std::string, policy::Account, TextHash, std::equal_to<>>
      known_;
};

}  // namespace policyd
