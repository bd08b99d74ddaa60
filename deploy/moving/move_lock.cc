#include "deploy/moving/move_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "mailbox/small_file.h"

namespace moving {

MoveLock::MoveLock(const std::string& root) {
  const std::string path = root + "/run/chatmail-moving.lock";
  std::error_code ignored;
  std::filesystem::create_directories(root + "/run", ignored);
  constexpr mode_t kOwnerOnly = 0600;
  file_ = mailbox::FileDescriptor(open(
      path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kOwnerOnly));
  if (file_.is_open() && flock(file_.number(), LOCK_EX | LOCK_NB) == 0) return;
  error_ = errno == EWOULDBLOCK
               ? "another backup, restore or migration is at work here; try "
                 "again when it is done"
               : mailbox::because(path);
}

}  // namespace moving
