#include "deploy/moving/archive_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "deploy/moving/limits.h"
#include "mailbox/small_file.h"

namespace moving {
namespace {

std::string folder_of(const std::string& path) {
  if (path == "-") return std::filesystem::temp_directory_path().string();
  const std::string folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

}  // namespace

ArchiveWriter::ArchiveWriter(const std::string& path, std::string& error)
    : path_(path), contents_(folder_of(path)) {
  open_file();
  if (!file_.is_open()) {
    error = mailbox::because(path);
    return;
  }
  archive_ = ArchiveHandle(archive_write_new());
  archive_write_set_format_pax(archive_.get());
  // Names as the disk has them, whatever the locale.
  archive_write_set_options(archive_.get(), "hdrcharset=BINARY");
  archive_write_add_filter_zstd(archive_.get());
  // As much as there is, and no block behind it that is filled up.
  archive_write_set_bytes_in_last_block(archive_.get(), 1);
  if (archive_write_open_fd(archive_.get(), file_.number()) != ARCHIVE_OK) {
    error = failed();
  }
}

ArchiveWriter::~ArchiveWriter() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

// Without a name where the system can do that, so that even a kill leaves
// nothing behind.
void ArchiveWriter::open_file() {
  constexpr mode_t kOwnerOnly = 0600;
  if (path_ == "-") {
    file_ = mailbox::FileDescriptor(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
    return;
  }
  file_ = mailbox::FileDescriptor(open(
      folder_of(path_).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kOwnerOnly));
  if (file_.is_open()) return;
  temporary_ = path_ + ".XXXXXX";
  file_ = mailbox::FileDescriptor(mkostemp(temporary_.data(), O_CLOEXEC));
  if (!file_.is_open()) temporary_.clear();
}

// "" or what went wrong.
std::string ArchiveWriter::take_name() {
  if (temporary_.empty()) {
    const std::string name = path_ + "." + std::to_string(getpid());
    unlink(name.c_str());
    const std::string self = "/proc/self/fd/" + std::to_string(file_.number());
    if (linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(),
               AT_SYMLINK_FOLLOW) != 0) {
      return mailbox::because(name);
    }
    temporary_ = name;
  }
  if (rename(temporary_.c_str(), path_.c_str()) != 0) {
    return mailbox::because(path_);
  }
  temporary_.clear();
  return {};
}

std::string ArchiveWriter::failed() const {
  return path_ + ": " + because(*archive_);
}

std::uint64_t ArchiveWriter::octets() const {
  return static_cast<std::uint64_t>(archive_filter_bytes(archive_.get(), -1));
}

std::string ArchiveWriter::put(archive_entry& entry, Content& content) {
  return write_entry(entry, content, true);
}

std::string ArchiveWriter::write_entry(archive_entry& entry, Content& content,
                                       bool is_listed) {
  const Entry known = entry_of(entry);
  if (archive_write_header(archive_.get(), &entry) != ARCHIVE_OK) {
    return known.name + ": " + because(*archive_);
  }
  std::string checksum;
  if (known.type == EntryType::kFile) {
    std::string error = write_content(known, content, checksum);
    if (!error.empty()) return error;
  }
  return is_listed ? contents_.add(contents_line(known, checksum)) : "";
}

std::string ArchiveWriter::write_content(const Entry& entry, Content& content,
                                         std::string& checksum) {
  Checksum sum;
  std::uint64_t left = entry.size;
  while (left > 0) {
    const auto piece = content.next();
    if (!piece) return entry.name + ": " + content.why();
    if (piece->empty()) {
      return entry.name + ": became shorter while it was read; try again";
    }
    const std::string_view octets = piece->substr(0, left);
    sum.add(octets);
    if (archive_write_data(archive_.get(), octets.data(), octets.size()) < 0) {
      return failed();
    }
    left -= octets.size();
  }
  checksum = sum.hex();
  return {};
}

std::string ArchiveWriter::put_text(const std::string& name,
                                    std::string_view text, std::int64_t now) {
  const EntryHandle entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(text.size()));
  archive_entry_set_mtime(entry.get(), now, 0);
  TextContent content(text);
  return write_entry(*entry, content, true);
}

std::string ArchiveWriter::finish(const std::string& name, std::int64_t now) {
  const EntryHandle entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  std::string error = contents_.rewind();
  archive_entry_set_size(entry.get(),
                         static_cast<la_int64_t>(contents_.size()));
  archive_entry_set_mtime(entry.get(), now, 0);
  if (error.empty()) error = write_entry(*entry, contents_, false);
  if (!error.empty()) return error;
  if (archive_write_close(archive_.get()) != ARCHIVE_OK) return failed();
  if (path_ == "-") return {};
  if (fsync(file_.number()) != 0) return mailbox::because(path_);
  error = take_name();
  if (!error.empty()) return error;
  const mailbox::FileDescriptor folder(
      open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder.is_open()
             ? mailbox::sync_directory(folder.number()).value_or("")
             : mailbox::because(folder_of(path_));
}

}  // namespace moving
