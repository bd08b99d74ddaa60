#include "mailbox/account_lookup.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "mailbox/address.h"
#include "mailbox/file_descriptor.h"
#include "mailbox/layout.h"

namespace mailbox {
namespace {

using State = AccountLookup::State;

struct File {
  Presence presence = Presence::kUnknowable;
  std::int64_t modified = 0;  // when it is there
  bool is_plain = false;
};

File look_at(int directory, const char* name) {
  struct stat status {};
  if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
    return {Presence::kThere, status.st_mtim.tv_sec, S_ISREG(status.st_mode)};
  }
  return {errno == ENOENT ? Presence::kAbsent : Presence::kUnknowable};
}

}  // namespace

AccountLookup look_up_account(const Mailbox& mailbox) {
  const File password = look_at(mailbox.descriptor(), kPasswordFile);
  if (password.presence == Presence::kAbsent) return {State::kUnknown};
  const File disabled = look_at(mailbox.descriptor(), kDisabledFlag);
  const File enforcing = look_at(mailbox.descriptor(), kEnforcingFlag);
  if (!password.is_plain || disabled.presence == Presence::kUnknowable ||
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

AccountLookup look_up_account(const std::string& mailboxes_dir,
                              std::string_view address) {
  if (!is_account_name(address)) return {State::kUnknown};
  constexpr int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  const std::string path = (mailboxes_dir + '/').append(address);
  FileDescriptor account(open(path.c_str(), flags | O_NOFOLLOW));
  if (account.is_open()) return look_up_account(Mailbox(std::move(account)));
  if (errno != ENOENT) return {State::kTemporaryError};
  // A missing mailboxes_dir is a disk that is not mounted, not a relay without
  // accounts.
  const FileDescriptor all(open(mailboxes_dir.c_str(), flags));
  const char* name = path.c_str() + mailboxes_dir.size() + 1;
  return {all.is_open() &&
                  look_at(all.number(), name).presence == Presence::kAbsent
              ? State::kUnknown
              : State::kTemporaryError};
}

}  // namespace mailbox
