#include "deploy/machine/file.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace machine {
namespace {

std::string because(const std::string& path) {
  return path + ": " + std::strerror(errno);
}

constexpr auto kUnchanged = static_cast<uid_t>(-1);

bool ids_of(const FileAccess& access, uid_t& owner, gid_t& group,
            std::string& error) {
  owner = kUnchanged;
  group = kUnchanged;
  if (!access.owner.empty()) {
    const passwd* entry =
        getpwnam(access.owner.c_str());  // NOLINT(concurrency-*)
    if (entry == nullptr) {
      error = "there is no user " + access.owner;
      return false;
    }
    owner = entry->pw_uid;
  }
  if (!access.group.empty()) {
    const struct group* entry =
        getgrnam(access.group.c_str());  // NOLINT(concurrency-*)
    if (entry == nullptr) {
      error = "there is no group " + access.group;
      return false;
    }
    group = entry->gr_gid;
  }
  return true;
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

std::optional<std::string> read_text(const std::string& path,
                                     std::string& error) {
  error.clear();
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno != ENOENT) error = because(path);
    return std::nullopt;
  }
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) {
    error = path + ": cannot be read";
    return std::nullopt;
  }
  return text;
}

std::string replace_file(const std::string& path, std::string_view text,
                         const FileAccess& access) {
  std::error_code failure;
  const auto folder = std::filesystem::path(path).parent_path();
  // A name alone is one in the working directory.
  if (!folder.empty()) std::filesystem::create_directories(folder, failure);
  if (failure) return path + ": its folder: " + failure.message();
  std::string error;
  uid_t owner = kUnchanged;
  gid_t group = kUnchanged;
  if (!ids_of(access, owner, group, error)) return path + ": " + error;
  std::string temporary = path + ".XXXXXX";
  const int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return because(path);
  const bool is_written = write_all(descriptor, text) &&
                          (owner == kUnchanged && group == kUnchanged
                               ? true
                               : fchown(descriptor, owner, group) == 0) &&
                          fchmod(descriptor, access.mode) == 0 &&
                          fsync(descriptor) == 0 &&
                          rename(temporary.c_str(), path.c_str()) == 0;
  if (!is_written) error = because(path);
  close(descriptor);
  if (!is_written) unlink(temporary.c_str());
  return error;
}

bool has_access(const std::string& path, const FileAccess& access) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return false;
  constexpr mode_t kPermissions = 07777;
  if ((status.st_mode & kPermissions) != access.mode) return false;
  std::string error;
  uid_t owner = kUnchanged;
  gid_t group = kUnchanged;
  if (!ids_of(access, owner, group, error)) return false;
  return (owner == kUnchanged || owner == status.st_uid) &&
         (group == kUnchanged || group == status.st_gid);
}

std::string keep_backup(const std::string& path) {
  const std::string backup = path + std::string(kBackupSuffix);
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return errno == ENOENT ? "" : path;
  if (lstat(backup.c_str(), &status) == 0) return {};
  std::error_code failure;
  std::filesystem::copy(path, backup,
                        std::filesystem::copy_options::copy_symlinks, failure);
  if (failure) return backup + ": " + failure.message();
  // Who reads it may be another than root.  Who is not root owns all of it.
  struct stat original {};
  if (lstat(path.c_str(), &original) == 0 &&
      lchown(backup.c_str(), original.st_uid, original.st_gid) != 0 &&
      geteuid() == 0) {
    return because(backup);
  }
  return {};
}

}  // namespace machine
