#include "milter/file_accounts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdint>

namespace milter {
namespace {

using policy::AccountState;

// No account has another name, so what does not fit is certainly unknown and
// never reaches the file system.
bool can_be_account(std::string_view address) {
  return !address.empty() && address.size() <= NAME_MAX && address[0] != '.' &&
         address.find('@') != std::string_view::npos &&
         address.find('/') == std::string_view::npos &&
         address.find('\0') == std::string_view::npos;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool open() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

enum class Presence { kThere, kAbsent, kUnknowable };

struct File {
  Presence presence = Presence::kUnknowable;
  std::int64_t modified = 0;  // when it is there
};

File look_at(const Descriptor& directory, const char* name) {
  struct stat status {};
  if (fstatat(directory.number(), name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
    return {Presence::kThere, status.st_mtim.tv_sec};
  }
  return {errno == ENOENT ? Presence::kAbsent : Presence::kUnknowable, 0};
}

}  // namespace

policy::Account FileAccounts::look_up(std::string_view address) {
  if (!can_be_account(address)) return {AccountState::kUnknown};
  constexpr int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  const Descriptor all(open(mailboxes_dir_.c_str(), flags));
  // A missing mailboxes_dir is a disk that is not mounted, not a relay
  // without accounts.
  if (!all.open()) return {AccountState::kTemporaryError};
  const Descriptor account(
      openat(all.number(), std::string(address).c_str(), flags | O_NOFOLLOW));
  if (!account.open()) {
    return {errno == ENOENT ? AccountState::kUnknown
                            : AccountState::kTemporaryError};
  }
  const File disabled = look_at(account, "DISABLED");
  const File enforcing = look_at(account, "enforceE2EEincoming");
  if (disabled.presence == Presence::kUnknowable ||
      enforcing.presence == Presence::kUnknowable) {
    return {AccountState::kTemporaryError};
  }
  policy::Account found{AccountState::kTakesCleartext};
  if (enforcing.presence == Presence::kThere) {
    // It is touched when the account is made, and never again.
    found = {AccountState::kEnforcing, enforcing.modified};
  }
  if (disabled.presence == Presence::kThere) {
    found.state = AccountState::kDisabled;
  }
  return found;
}

}  // namespace milter
