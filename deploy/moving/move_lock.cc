#include "deploy/moving/move_lock.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace moving {

MoveLock::MoveLock(const std::string& root) {
  const std::string folder = root + "/run";
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  folder_ = mailbox::FileDescriptor(
      open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_.is_open()) {
    error_ = folder + ": " + std::strerror(errno);
    return;
  }
  lock_.emplace(folder_.number(), "chatmail-moving.lock");
  if (lock_->is_held()) return;
  error_ =
      lock_->error() == EAGAIN
          ? "another backup, restore or migration is at work here; try "
            "again when it is done"
          : folder + "/chatmail-moving.lock: " + std::strerror(lock_->error());
}

}  // namespace moving
