#include "mailbox/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "mailbox/file_descriptor.h"

namespace mailbox {
namespace {

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

ReadResult unknowable(std::string_view name) {
  return {Presence::kUnknowable, {}, 0, because(name)};
}

}  // namespace

std::string because(std::string_view what) {
  return std::string(what) + ": " + std::strerror(errno);
}

Presence presence_of(int directory, const char* name) {
  struct stat status {};
  if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
    return Presence::kThere;
  }
  return errno == ENOENT ? Presence::kAbsent : Presence::kUnknowable;
}

ReadResult read_file(int directory, const char* name, std::size_t most) {
  // O_NONBLOCK: the open of a fifo must not wait for its writer.
  const FileDescriptor file(
      openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ENOENT) return {Presence::kAbsent, {}, 0, {}};
    return unknowable(name);
  }
  struct stat status {};
  if (fstat(file.number(), &status) != 0) return unknowable(name);
  if (!S_ISREG(status.st_mode) ||
      static_cast<std::size_t>(status.st_size) > most) {
    errno = S_ISREG(status.st_mode) ? EFBIG : EINVAL;
    return unknowable(name);
  }
  ReadResult result{Presence::kThere, {}, status.st_mtime, {}};
  result.text.resize(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < result.text.size()) {
    const ssize_t count = read(file.number(), result.text.data() + filled,
                               result.text.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unknowable(name);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  result.text.resize(filled);
  return result;
}

std::optional<std::string> sync_directory(int directory) {
  if (fsync(directory) == 0) return std::nullopt;
  return because("fsync of the directory");
}

std::optional<std::string> replace_file(int directory, const std::string& name,
                                        std::string_view text,
                                        std::optional<std::time_t> modified,
                                        mode_t mode) {
  const std::string fresh = name + ".new";
  unlinkat(directory, fresh.c_str(), 0);  // of a process that was killed
  const auto give_up = [&] {
    std::string error = because(name);
    unlinkat(directory, fresh.c_str(), 0);
    return error;
  };
  const FileDescriptor file(
      openat(directory, fresh.c_str(),
             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return because(name);
  // Whatever the umask.
  if (fchmod(file.number(), mode) != 0) return give_up();
  if (!write_all(file.number(), text)) return give_up();
  if (modified) {
    const timespec times[2] = {{*modified, 0}, {*modified, 0}};
    if (futimens(file.number(), times) != 0) return give_up();
  }
  if (fsync(file.number()) != 0) return give_up();
  if (renameat(directory, fresh.c_str(), directory, name.c_str()) != 0) {
    return give_up();
  }
  return sync_directory(directory);
}

}  // namespace mailbox
