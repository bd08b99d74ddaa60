#pragma once

// A relay's mailboxes on one day, 2026-11-25 12:00, in which ages are days
// before that.

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "deploy/services/expire/expiry.h"
#include "tests/mailbox/accounts_directory.h"

namespace test {

inline constexpr std::time_t kNow = 1'795'608'000;
inline constexpr std::time_t kDay = 86'400;

class MailWorld {
 public:
  // Each account has one young and one old message.
  void account(const std::string& address, double login_age) {
    accounts.make(address, "{PLAIN}x");
    set_age(address + "/password", login_age);
    message(address + "/cur/young", 10, 1);
    message(address + "/cur/old", 10, 21);
  }
  void message(const std::string& name, std::size_t size, double age) {
    std::filesystem::create_directories(
        std::filesystem::path(accounts.path(name)).parent_path());
    accounts.write(name, std::string(size, 'x'));
    set_age(name, age);
  }
  void set_age(const std::string& name, double age) {
    const auto when = kNow - static_cast<std::time_t>(age * kDay);
    const timespec times[2] = {{when, 0}, {when, 0}};
    REQUIRE(utimensat(AT_FDCWD, accounts.path(name).c_str(), times,
                      AT_SYMLINK_NOFOLLOW) == 0);
  }
  expire::Outcome expire(const std::string& name,
                         const expire::Expiry::Mode& mode = {true, true}) {
    return expire::Expiry(accounts.mailboxes(), retention, mode).expire(name);
  }
  bool exists(const std::string& name) const { return accounts.exists(name); }

  AccountsDirectory accounts;
  expire::Retention retention{kNow, kNow - 20 * kDay, kNow - 7 * kDay,
                              kNow - 90 * kDay, 1 << 20};
};

inline std::vector<std::string> paths_of(const expire::Outcome& outcome) {
  std::vector<std::string> paths;
  for (const auto& removal : outcome.removals) paths.push_back(removal.path);
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace test
