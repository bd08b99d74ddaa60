#include "mailbox/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <thread>
#include <utility>

#include "mailbox/limits.h"

namespace mailbox {
namespace {

bool take(int file) {
  for (auto waited = kLockStep * 0; waited <= kLockPatience;
       waited += kLockStep) {
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    std::this_thread::sleep_for(kLockStep);
  }
  errno = EAGAIN;
  return false;
}

bool still_has_its_name(int file, int directory, const char* name) {
  struct stat ours {};
  struct stat named {};
  if (fstat(file, &ours) != 0 ||
      fstatat(directory, name, &named, AT_SYMLINK_NOFOLLOW) != 0) {
    return false;
  }
  errno = ENOENT;
  return ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

}  // namespace

FileLock::FileLock(int directory, const char* name) {
  FileDescriptor file(
      openat(directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.is_open() && take(file.number()) &&
      still_has_its_name(file.number(), directory, name)) {
    file_ = std::move(file);
  } else {
    error_ = errno;
  }
}

}  // namespace mailbox
