#include "mailbox/creation.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "mailbox/address.h"
#include "mailbox/file_lock.h"
#include "mailbox/layout.h"

namespace mailbox {
namespace {

using Kind = CreationResult::Kind;

// Others may remove the directory while we wait for its lock (who could not
// finish takes away what he made); more rounds than this are no coincidence.
constexpr int kRounds = 20;

CreationResult failed(std::string error) {
  return {Kind::kFailed, {}, std::move(error)};
}

class Creation {
 public:
  Creation(const Mailboxes& mailboxes, std::string_view address)
      : mailboxes_(mailboxes), address_(address) {}

  // nullopt: the directory went away meanwhile; begin again.
  std::optional<CreationResult> attempt(std::string_view hash, std::time_t now);

 private:
  CreationResult fill(const Mailbox& mailbox, std::string_view hash,
                      std::time_t now);
  void take_away(const Mailbox& mailbox) const;

  const Mailboxes& mailboxes_;
  std::string address_;
  bool made_directory_ = false;
  bool made_flag_ = false;
};

std::optional<CreationResult> Creation::attempt(std::string_view hash,
                                                std::time_t now) {
  const int all = mailboxes_.descriptor();
  made_flag_ = false;
  made_directory_ = mkdirat(all, address_.c_str(), 0700) == 0;
  if (!made_directory_ && errno != EEXIST) {
    return failed(because("the mailbox's directory"));
  }
  const OpenResult opened = mailboxes_.find(address_);
  if (opened.presence == Presence::kAbsent) return std::nullopt;
  if (opened.presence == Presence::kUnknowable) return failed(opened.error);
  const Mailbox& mailbox = opened.mailbox;
  const FileLock lock(mailbox.descriptor(), kPasswordLock);
  if (!lock.is_held()) {
    if (lock.error() == ENOENT) return std::nullopt;
    CreationResult result =
        failed(std::string(kPasswordLock) + ": " + std::strerror(lock.error()));
    // A lock that we could not even make; one that others hold is theirs.
    if (made_directory_) unlinkat(all, address_.c_str(), AT_REMOVEDIR);
    return result;
  }
  Password before = mailbox.password();
  if (before.presence == Presence::kThere) {
    return CreationResult{Kind::kExisted, std::move(before.hash), {}};
  }
  if (before.presence == Presence::kUnknowable) return failed(before.error);
  CreationResult result = fill(mailbox, hash, now);
  if (result.kind == Kind::kFailed) take_away(mailbox);
  return result;
}

CreationResult Creation::fill(const Mailbox& mailbox, std::string_view hash,
                              std::time_t now) {
  const FileDescriptor flag(
      openat(mailbox.descriptor(), kEnforcingFlag,
             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!flag.is_open() && errno != EEXIST) {
    return failed(because(kEnforcingFlag));
  }
  made_flag_ = flag.is_open();
  // The directory's own name, before there is something in it to lose.
  if (auto wrong = sync_directory(mailboxes_.descriptor())) {
    return failed(std::move(*wrong));
  }
  if (auto wrong = replace_file(mailbox.descriptor(), kPasswordFile, hash,
                                day_of(now))) {
    return failed(std::move(*wrong));
  }
  return {Kind::kCreated, std::string(hash), {}};
}

// Under the lock, so nobody has made it an account meanwhile.
void Creation::take_away(const Mailbox& mailbox) const {
  unlinkat(mailbox.descriptor(), kPasswordFile, 0);
  if (made_flag_) unlinkat(mailbox.descriptor(), kEnforcingFlag, 0);
  if (!made_directory_) return;
  unlinkat(mailbox.descriptor(), kPasswordLock, 0);
  unlinkat(mailboxes_.descriptor(), address_.c_str(), AT_REMOVEDIR);
}

}  // namespace

CreationResult create_account(const Mailboxes& mailboxes,
                              std::string_view address, std::string_view hash,
                              std::time_t now) {
  if (!is_account_name(address) || canonical_address(address) != address) {
    return failed("no name of an account");
  }
  Creation creation(mailboxes, address);
  for (int round = 0; round < kRounds; ++round) {
    if (auto result = creation.attempt(hash, now)) return std::move(*result);
  }
  return failed("the mailbox's directory comes and goes");
}

}  // namespace mailbox
