#include "mailbox/account_lookup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

namespace mailbox {
namespace {

using State = AccountLookup::State;

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

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

enum class Presence : std::uint8_t { kThere, kAbsent, kUnknowable };

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

AccountLookup look_up_account(const std::string& mailboxes_dir,
                              std::string_view address) {
  if (!can_be_account(address)) return {State::kUnknown};
  constexpr int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  const std::string path = (mailboxes_dir + '/').append(address);
  const Descriptor account(open(path.c_str(), flags | O_NOFOLLOW));
  if (!account.is_open()) {
    if (errno != ENOENT) return {State::kTemporaryError};
    // A missing mailboxes_dir is a disk that is not mounted, not a relay
    // without accounts.
    const Descriptor all(open(mailboxes_dir.c_str(), flags));
    const char* name = path.c_str() + mailboxes_dir.size() + 1;
    return {all.is_open() && look_at(all, name).presence == Presence::kAbsent
                ? State::kUnknown
                : State::kTemporaryError};
  }
  const File disabled = look_at(account, "DISABLED");
  const File enforcing = look_at(account, "enforceE2EEincoming");
  if (disabled.presence == Presence::kUnknowable ||
      enforcing.presence == Presence::kUnknowable) {
    return {State::kTemporaryError};
  }
  AccountLookup found{State::kTakesCleartext};
  if (enforcing.presence == Presence::kThere) {
    found = {State::kEnforcing, enforcing.modified};
  }
  if (disabled.presence == Presence::kThere) found.state = State::kDisabled;
  return found;
}

}  // namespace mailbox
