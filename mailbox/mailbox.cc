#include "mailbox/mailbox.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "mailbox/file_lock.h"
#include "mailbox/layout.h"
#include "mailbox/limits.h"

namespace mailbox {
namespace {

std::optional<std::string> trouble_with(const char* name, int error) {
  errno = error;
  return because(name);
}

}  // namespace

std::time_t day_of(std::time_t when) { return when - when % kSecondsOfDay; }

Password Mailbox::password() const {
  ReadResult file = read_file(descriptor(), kPasswordFile, kMaxPasswordFile);
  Password result{file.presence, std::move(file.text), file.modified,
                  std::move(file.error)};
  while (!result.hash.empty() &&
         (result.hash.back() == '\n' || result.hash.back() == '\r')) {
    result.hash.pop_back();  // of an operator's editor
  }
  return result;
}

std::optional<std::string> Mailbox::set_flag(const char* name,
                                             bool there) const {
  if (there) {
    const FileDescriptor file(openat(
        descriptor(), name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open() && errno != EEXIST) return because(name);
  } else if (unlinkat(descriptor(), name, 0) != 0 && errno != ENOENT) {
    return because(name);
  }
  return sync_directory(descriptor());
}

std::optional<std::string> Mailbox::set_last_login(std::time_t when) const {
  struct stat status {};
  if (fstatat(descriptor(), kPasswordFile, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return because(kPasswordFile);
  }
  const std::time_t day = day_of(when);
  if (status.st_mtime == day) return std::nullopt;
  const timespec times[2] = {{day, 0}, {day, 0}};
  if (utimensat(descriptor(), kPasswordFile, times, AT_SYMLINK_NOFOLLOW) != 0) {
    return because(kPasswordFile);
  }
  return std::nullopt;
}

LastLogin Mailbox::last_login() const {
  LastLogin result;
  struct stat status {};
  if (fstatat(descriptor(), kPasswordFile, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) {
      result.presence = Presence::kAbsent;
    } else {
      result.error = because(kPasswordFile);
    }
  } else if (!S_ISREG(status.st_mode)) {
    result.error = std::string(kPasswordFile) + " is no plain file";
  } else if (status.st_mtime <= 0) {
    result.error = std::string(kPasswordFile) + " is from 1970";
  } else {
    result.presence = Presence::kThere;
    result.day = status.st_mtime;
  }
  return result;
}

std::optional<std::string> Mailbox::set_password(std::string_view hash) const {
  const FileLock lock(descriptor(), kPasswordLock);
  if (!lock.is_held()) return trouble_with(kPasswordLock, lock.error());
  const Password before = password();
  if (before.presence != Presence::kThere) {
    return before.error.empty() ? "the account has no password" : before.error;
  }
  return replace_file(descriptor(), kPasswordFile, hash, before.last_login);
}

std::time_t Mailbox::created() const {
  struct stat flag {};
  if (fstatat(descriptor(), kEnforcingFlag, &flag, AT_SYMLINK_NOFOLLOW) == 0) {
    return flag.st_mtime;
  }
  struct statx directory {};
  if (statx(descriptor(), "", AT_EMPTY_PATH, STATX_BTIME, &directory) == 0 &&
      (directory.stx_mask & STATX_BTIME) != 0) {
    return directory.stx_btime.tv_sec;
  }
  return 0;
}

ReadResult Mailbox::metadata() const {
  return read_file(descriptor(), kMetadataFile, kMaxMetadataFile);
}

std::optional<std::string> Mailbox::change_metadata(
    const Change& change) const {
  const FileLock lock(descriptor(), kMetadataLock);
  if (!lock.is_held()) return trouble_with(kMetadataLock, lock.error());
  const ReadResult before = metadata();
  if (before.presence == Presence::kUnknowable) return before.error;
  const std::optional<std::string> text = change(before.text);
  if (!text || *text == before.text) return std::nullopt;
  if (text->size() > kMaxMetadataFile) {
    return trouble_with(kMetadataFile, EFBIG);
  }
  return replace_file(descriptor(), kMetadataFile, *text, std::nullopt);
}

}  // namespace mailbox
