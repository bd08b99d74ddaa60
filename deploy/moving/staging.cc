#include "deploy/moving/staging.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "mailbox/file_descriptor.h"
#include "mailbox/small_file.h"

namespace moving {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNotes = 5;
constexpr std::string_view kStagingPrefix = ".chatmail-moving-";

bool has_user(const char* name) {
  return name != nullptr && getpwnam(name) != nullptr;  // NOLINT(concurrency-*)
}

bool has_group(const char* name) {
  return name != nullptr && getgrnam(name) != nullptr;  // NOLINT(concurrency-*)
}

bool is_there(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

std::string sync_file_system(const std::string& folder) {
  const mailbox::FileDescriptor file(
      open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return file.is_open() && syncfs(file.number()) == 0
             ? ""
             : mailbox::because(folder);
}

// rename(2).  For a folder that an overlay file system has from the layer
// below, which it does not rename, the same for all in it; into what is there
// of it already, when the way back begins in the middle.  False with errno.
bool move(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return true;
  const int reason = errno;
  struct stat status {};
  const bool may_merge = reason == EXDEV || reason == ENOTEMPTY;
  if (!may_merge || lstat(from.c_str(), &status) != 0 ||
      !S_ISDIR(status.st_mode)) {
    errno = reason;
    return false;
  }
  constexpr mode_t kOwnerOnly = 0700;
  if (mkdir(to.c_str(), kOwnerOnly) != 0 && errno != EEXIST) return false;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(from, failure)) {
    if (!move(entry.path(), fs::path(to) / entry.path().filename())) {
      return false;
    }
  }
  const timespec times[2] = {status.st_atim, status.st_mtim};
  return !failure && chmod(to.c_str(), status.st_mode & 07777) == 0 &&
         (geteuid() != 0 ||
          lchown(to.c_str(), status.st_uid, status.st_gid) == 0) &&
         utimensat(AT_FDCWD, to.c_str(), times, 0) == 0 &&
         rmdir(from.c_str()) == 0;
}

// What a run that was killed has left: no other run is at work (MoveLock).
void clear_leftovers(const std::string& folder,
                     const std::vector<std::string>& of_this_run) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string path = entry.path();
    const bool is_ours =
        entry.path().filename().string().starts_with(kStagingPrefix);
    if (is_ours && std::find(of_this_run.begin(), of_this_run.end(), path) ==
                       of_this_run.end()) {
      fs::remove_all(path, ignored);
    }
  }
}

}  // namespace

Staging::Staging(Roots roots, StagingOptions options)
    : roots_(std::move(roots)),
      options_(std::move(options)),
      disk_(archive_write_disk_new()) {
  int flags = ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME |
              ARCHIVE_EXTRACT_ACL | ARCHIVE_EXTRACT_XATTR |
              ARCHIVE_EXTRACT_SECURE_NODOTDOT;
  // Who is not root owns all of it.
  if (geteuid() == 0) flags |= ARCHIVE_EXTRACT_OWNER;
  archive_write_disk_set_options(disk_.get(), flags);
  archive_write_disk_set_standard_lookup(disk_.get());
  for (const Root& root : roots_) {
    places_.push_back({.path = options_.root + root.path});
  }
}

Staging::~Staging() {
  archive_write_close(disk_.get());
  for (const Place& place : places_) {
    std::error_code ignored;
    if (!place.folder.empty()) fs::remove_all(place.folder, ignored);
  }
}

std::string Staging::prepare(Place& place) {
  if (!place.folder.empty()) return {};
  const fs::path path(place.path);
  std::error_code failure;
  fs::create_directories(path.parent_path(), failure);
  if (failure) return path.parent_path().string() + ": " + failure.message();
  std::vector<std::string> of_this_run;
  for (const Place& other : places_) of_this_run.push_back(other.folder);
  clear_leftovers(path.parent_path(), of_this_run);
  std::string folder =
      path.parent_path() / (std::string(kStagingPrefix) + "XXXXXX");
  if (mkdtemp(folder.data()) == nullptr) {
    return mailbox::because(path.parent_path().string());
  }
  place.folder = folder;
  place.staged = fs::path(folder) / path.filename();
  return {};
}

void Staging::take_owner(archive_entry& entry, Part part) const {
  const auto found = options_.otherwise.find(part);
  if (found == options_.otherwise.end()) return;
  const Owner& other = found->second;
  if (!has_user(archive_entry_uname(&entry))) {
    archive_entry_set_uname(&entry, other.user.c_str());
  }
  if (!has_group(archive_entry_gname(&entry))) {
    archive_entry_set_gname(&entry, other.group.c_str());
  }
}

void Staging::note(const std::string& name) {
  if (notes_.size() < kMostNotes) notes_.push_back(name + because(*disk_));
}

std::string Staging::put(archive_entry& entry, Content& content,
                         std::size_t root) {
  Place& place = places_[root];
  std::string error = prepare(place);
  if (!error.empty()) return error;
  const std::size_t known = roots_[root].path.size();
  const auto staged = [&](const std::string& name) {
    return place.staged + ("/" + name).substr(known);
  };
  const EntryHandle copy(archive_entry_clone(&entry));
  const Entry seen = entry_of(entry);
  archive_entry_set_pathname(copy.get(), staged(seen.name).c_str());
  if (seen.type == EntryType::kHardLink) {
    archive_entry_set_hardlink(copy.get(), staged(seen.target).c_str());
  }
  constexpr unsigned kNoSetId = 01777;
  archive_entry_set_perm(copy.get(), seen.mode & kNoSetId);
  take_owner(*copy, roots_[root].part);
  int status = archive_write_header(disk_.get(), copy.get());
  if (status < ARCHIVE_WARN) return because(*disk_);
  if (status == ARCHIVE_WARN) note("");
  if (seen.type == EntryType::kFile) {
    error = write_content(content, static_cast<std::int64_t>(seen.size));
    if (!error.empty()) return error;
  }
  status = archive_write_finish_entry(disk_.get());
  if (status == ARCHIVE_WARN) note("");
  return status < ARCHIVE_WARN ? because(*disk_) : "";
}

std::string Staging::write_content(Content& content, std::int64_t size) {
  while (size > 0) {
    const auto piece = content.next();
    if (!piece) return content.why();
    if (piece->empty()) return "it is shorter than it should be";
    if (archive_write_data(disk_.get(), piece->data(), piece->size()) < 0) {
      return because(*disk_);
    }
    size -= static_cast<std::int64_t>(piece->size());
  }
  return {};
}

std::string Staging::settle() {
  // The times and modes of folders come last.
  if (archive_write_close(disk_.get()) < ARCHIVE_WARN) return because(*disk_);
  std::set<dev_t> done;
  for (const Place& place : places_) {
    struct stat status {};
    if (place.folder.empty() || stat(place.folder.c_str(), &status) != 0 ||
        !done.insert(status.st_dev).second) {
      continue;
    }
    std::string error = sync_file_system(place.folder);
    if (!error.empty()) return error;
  }
  return {};
}

std::string Staging::put_in_place(Place& place) {
  if (!is_there(place.staged)) return {};
  if (is_there(place.path)) {
    const std::string before = place.path + options_.stamp;
    if (is_there(before)) return before + ": is in the way";
    place.before = before;
    if (!move(place.path, before)) {
      const bool is_mount = errno == EBUSY || errno == EXDEV;
      return mailbox::because(place.path) +
             (is_mount ? ": it is a mount point; have it mounted one folder "
                         "higher, or empty and unmounted"
                       : "");
    }
  }
  place.is_in_place = true;
  return move(place.staged, place.path) ? "" : mailbox::because(place.path);
}

void Staging::take_back() {
  for (auto place = places_.rbegin(); place != places_.rend(); ++place) {
    if (place->is_in_place) move(place->path, place->staged);
    if (!place->before.empty()) move(place->before, place->path);
    place->is_in_place = false;
    place->before.clear();
  }
}

std::string Staging::swap() {
  for (Place& place : places_) {
    if (place.folder.empty()) continue;
    std::string error = put_in_place(place);
    if (error.empty()) continue;
    take_back();
    return error;
  }
  for (const Place& place : places_) {
    if (!place.before.empty()) aside_.push_back(place.before);
    if (place.is_in_place) sync_file_system(fs::path(place.path).parent_path());
  }
  return {};
}

}  // namespace moving
