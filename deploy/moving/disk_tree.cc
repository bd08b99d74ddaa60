#include "deploy/moving/disk_tree.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "deploy/moving/limits.h"
#include "mailbox/directory_reader.h"
#include "mailbox/small_file.h"

namespace moving {
namespace {

using mailbox::FileDescriptor;

// What the system says of a name that somebody has taken away, or has put
// something else at.
bool is_gone(int number) {
  return number == ENOENT || number == ENOTDIR || number == ELOOP ||
         number == ENXIO || number == EINVAL;
}

// A file that is too large to be held, as long as it was when it was opened.
class FileContent : public Content {
 public:
  FileContent(int file, std::uint64_t size)
      : file_(file), left_(size), chunk_(kChunk, '\0') {}

  std::optional<std::string_view> next() override {
    const std::size_t wanted = std::min<std::uint64_t>(left_, chunk_.size());
    if (wanted == 0) return std::string_view{};
    ssize_t count = -1;
    do {
      count = read(file_, chunk_.data(), wanted);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
      error_ = mailbox::because("read");
      return std::nullopt;
    }
    left_ -= static_cast<std::uint64_t>(count);
    return std::string_view(chunk_).substr(0, static_cast<std::size_t>(count));
  }
  std::string why() const override { return error_; }

 private:
  int file_;
  std::uint64_t left_;
  std::string chunk_;
  std::string error_;
};

// Up to kWholeFile octets; false with errno.
bool read_whole(int file, std::string& into) {
  into.resize(kWholeFile);
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t count =
        read(file, into.data() + filled, into.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  into.resize(filled);
  return true;
}

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

}  // namespace

DiskTree::DiskTree(std::string root, const Visit& visit)
    : root_(std::move(root)), visit_(visit), disk_(archive_read_disk_new()) {
  archive_read_disk_set_standard_lookup(disk_.get());
  archive_read_disk_set_behavior(
      disk_.get(), ARCHIVE_READDISK_NO_FFLAGS | ARCHIVE_READDISK_NO_SPARSE);
}

void DiskTree::leave_out(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) == 0) {
    left_out_ = {status.st_dev, status.st_ino};
  }
}

bool DiskTree::gone_or_failed(const std::string& name) {
  if (!is_gone(errno) && error_.empty()) {
    error_ = mailbox::because("/" + name);
  }
  return false;
}

bool DiskTree::give(archive_entry& entry, Content& content) {
  if (error_.empty()) error_ = visit_(entry, content);
  return error_.empty();
}

void DiskTree::put_path(const std::string& path) {
  const OpenFolder folder = enter_path(path);
  if (folder.file.is_open()) {
    put_contents(folder, 0);
    return;
  }
  if (!error_.empty()) return;
  const FileDescriptor file(
      ::open((root_ + path).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.is_open()) {
    put_open_file(file.number(), path.substr(1));
  } else {
    gone_or_failed(path.substr(1));
  }
}

OpenFolder DiskTree::enter_path(const std::string& path) {
  if (!error_.empty()) return {};
  FileDescriptor file(
      ::open((root_ + path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.is_open()) {
    gone_or_failed(path.substr(1));
    return {};
  }
  return put_folder(std::move(file), path.substr(1));
}

OpenFolder DiskTree::open(const OpenFolder& in, const std::string& name) {
  FileDescriptor file(openat(in.file.number(), name.c_str(),
                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  std::string full = joined(in.name, name);
  if (!file.is_open()) gone_or_failed(full);
  return {std::move(file), std::move(full)};
}

OpenFolder DiskTree::enter(const OpenFolder& in, const std::string& name) {
  if (!error_.empty() || !in.file.is_open()) return {};
  OpenFolder folder = open(in, name);
  if (!folder.file.is_open()) return {};
  return put_folder(std::move(folder.file), std::move(folder.name));
}

OpenFolder DiskTree::put_folder(FileDescriptor file, std::string name) {
  struct stat status {};
  if (fstat(file.number(), &status) != 0) {
    gone_or_failed(name);
    return {};
  }
  const EntryHandle entry = entry_from(file.number(), name, status);
  TextContent nothing("");
  if (!give(*entry, nothing)) return {};
  return {std::move(file), std::move(name)};
}

void DiskTree::put_contents(const OpenFolder& folder, int depth) {
  for (const std::string& name : names_in(folder)) put(folder, name, depth);
}

std::vector<std::string> DiskTree::names_in(const OpenFolder& folder) {
  std::vector<std::string> names;
  if (!error_.empty() || !folder.file.is_open()) return names;
  mailbox::DirectoryReader reader(folder.file.number());
  while (const auto* entry = reader.next()) names.emplace_back(entry->name);
  if (reader.error() != 0) {
    errno = reader.error();
    gone_or_failed(folder.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool DiskTree::put(const OpenFolder& in, const std::string& name, int depth) {
  if (!error_.empty()) return false;
  struct stat status {};
  if (fstatat(in.file.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) !=
      0) {
    return gone_or_failed(joined(in.name, name));
  }
  if (S_ISREG(status.st_mode)) return put_file(in, name);
  if (S_ISLNK(status.st_mode)) return put_link(in, name, status);
  if (!S_ISDIR(status.st_mode)) return true;
  if (depth >= kMostDepth) {
    errno = ENAMETOOLONG;
    return gone_or_failed(joined(in.name, name));
  }
  const OpenFolder folder = enter(in, name);
  put_contents(folder, depth + 1);
  return folder.file.is_open();
}

bool DiskTree::put_file(const OpenFolder& in, const std::string& name) {
  const FileDescriptor file(
      openat(in.file.number(), name.c_str(),
             O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  const std::string full = joined(in.name, name);
  return file.is_open() ? put_open_file(file.number(), full)
                        : gone_or_failed(full);
}

bool DiskTree::put_open_file(int file, const std::string& name) {
  struct stat status {};
  if (fstat(file, &status) != 0) return gone_or_failed(name);
  if (!S_ISREG(status.st_mode) ||
      left_out_ == std::pair{status.st_dev, status.st_ino}) {
    return true;
  }
  const EntryHandle entry = entry_from(file, name, status);
  if (status.st_nlink > 1 && put_other_name(*entry, name, status)) {
    return error_.empty();
  }
  if (only_counts_) {
    TextContent nothing("");
    return give(*entry, nothing);
  }
  if (status.st_size > static_cast<off_t>(kWholeFile)) {
    FileContent content(file, static_cast<std::uint64_t>(status.st_size));
    return give(*entry, content);
  }
  if (!read_whole(file, buffer_)) return gone_or_failed(name);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(buffer_.size()));
  TextContent content(buffer_);
  return give(*entry, content);
}

// A name of a file that was put already.  The number of a file that is gone
// may be another's by now; that has another time or size.
bool DiskTree::put_other_name(archive_entry& entry, const std::string& name,
                              const struct stat& status) {
  const auto [place, is_first] =
      linked_.emplace(std::pair{status.st_dev, status.st_ino},
                      Seen{name, status.st_mtime, status.st_size});
  if (is_first) return false;
  if (place->second.modified != status.st_mtime ||
      place->second.size != status.st_size) {
    place->second = {name, status.st_mtime, status.st_size};
    return false;
  }
  archive_entry_set_hardlink(&entry, place->second.name.c_str());
  archive_entry_unset_size(&entry);
  TextContent nothing("");
  give(entry, nothing);
  return true;
}

bool DiskTree::put_link(const OpenFolder& in, const std::string& name,
                        const struct stat& status) {
  const std::string full = joined(in.name, name);
  std::string target(kMostName, '\0');
  const ssize_t size =
      readlinkat(in.file.number(), name.c_str(), target.data(), target.size());
  if (size < 0) return gone_or_failed(full);
  target.resize(static_cast<std::size_t>(size));
  const EntryHandle entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), full.c_str());
  archive_entry_copy_stat(entry.get(), &status);
  archive_entry_set_uname(entry.get(),
                          archive_read_disk_uname(disk_.get(), status.st_uid));
  archive_entry_set_gname(entry.get(),
                          archive_read_disk_gname(disk_.get(), status.st_gid));
  archive_entry_set_symlink(entry.get(), target.c_str());
  archive_entry_set_size(entry.get(), 0);
  TextContent nothing("");
  return give(*entry, nothing);
}

EntryHandle DiskTree::entry_from(int file, const std::string& name,
                                 const struct stat& status) {
  EntryHandle entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  if (archive_read_disk_entry_from_file(disk_.get(), entry.get(), file,
                                        &status) < ARCHIVE_WARN &&
      error_.empty()) {
    error_ = "/" + name + ": " + because(*disk_);
  }
  return entry;
}

}  // namespace moving
