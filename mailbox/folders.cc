#include "mailbox/folders.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "mailbox/directory_reader.h"
#include "mailbox/file_descriptor.h"
#include "mailbox/limits.h"

namespace mailbox {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr std::array kParts = {"cur", "new", "tmp"};

bool is_part(std::string_view name) {
  return name == kParts[0] || name == kParts[1] || name == kParts[2];
}

bool may_be_directory(const DirectoryReader::Entry& entry) {
  return entry.type == DT_DIR || entry.type == DT_UNKNOWN;
}

class Walk {
 public:
  // Without `other`, what is no message is not looked at.
  Walk(const VisitMessage& visit, const std::function<void(off_t)>* other,
       std::string& error)
      : visit_(visit), other_(other), error_(error) {}

  bool mailbox(int directory);

 private:
  // What a directory has in it.
  struct Listing {
    std::vector<const char*> parts;
    std::vector<std::string> directories;  // but for the parts
  };
  void folder(int directory, std::string_view name, const Listing& listing);
  void messages(int folder, std::string_view name, const char* part);
  void rest(int parent, const std::string& name, int depth);
  Listing list(int directory);
  std::optional<DirectoryReader> reader_of(int parent, const char* name);
  std::optional<struct stat> plain_file(int directory, const char* name);
  void fail(std::string_view what) {
    good_ = false;
    error_ = because(what);
  }
  void end(const DirectoryReader& reader, std::string_view what) {
    errno = reader.error();
    if (errno != 0) fail(what);
  }

  const VisitMessage& visit_;
  const std::function<void(off_t)>* other_;
  std::string& error_;
  bool good_ = true;
};

// What is not there (any more), or is no directory, has nothing in it.
std::optional<DirectoryReader> Walk::reader_of(int parent, const char* name) {
  FileDescriptor own(openat(parent, name, kDirectory));
  if (own.is_open()) return DirectoryReader(std::move(own));
  if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) fail(name);
  return std::nullopt;
}

// nullopt: it has vanished, or is something else.
std::optional<struct stat> Walk::plain_file(int directory, const char* name) {
  struct stat status {};
  if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT) fail(name);
    return std::nullopt;
  }
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return status;
}

Walk::Listing Walk::list(int directory) {
  Listing listing;
  DirectoryReader reader(directory);
  while (const auto* entry = reader.next()) {
    if (may_be_directory(*entry)) {
      if (is_part(entry->name)) {
        listing.parts.push_back(*std::find(kParts.begin(), kParts.end(),
                                           std::string_view(entry->name)));
        continue;
      }
      listing.directories.emplace_back(entry->name);
    }
    if (other_ == nullptr || entry->type == DT_DIR) continue;
    if (const auto status = plain_file(directory, entry->name)) {
      (*other_)(status->st_size);
    }
  }
  end(reader, "the mailbox's directory");
  return listing;
}

bool Walk::mailbox(int directory) {
  const Listing root = list(directory);
  folder(directory, "", root);
  for (const std::string& name : root.directories) {
    if (name[0] != '.') {
      if (other_ != nullptr) rest(directory, name, 0);
      continue;
    }
    const FileDescriptor own(openat(directory, name.c_str(), kDirectory));
    if (own.is_open()) {
      const Listing listing = list(own.number());
      folder(own.number(), name, listing);
      if (other_ == nullptr) continue;
      for (const std::string& below : listing.directories) {
        rest(own.number(), below, 0);
      }
    } else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
      fail(name);
    }
  }
  return good_;
}

void Walk::folder(int directory, std::string_view name,
                  const Listing& listing) {
  for (const char* part : listing.parts) messages(directory, name, part);
}

void Walk::messages(int folder, std::string_view name, const char* part) {
  auto reader = reader_of(folder, part);
  if (!reader) return;
  const int own = reader->descriptor();
  while (const auto* entry = reader->next()) {
    if (entry->type == DT_DIR) continue;
    if (const auto status = plain_file(own, entry->name)) {
      visit_({name, part, own, entry->name, status->st_size, status->st_mtime});
    }
  }
  end(*reader, part);
}

void Walk::rest(int parent, const std::string& name, int depth) {
  if (depth == kMaxDepth) return;
  auto reader = reader_of(parent, name.c_str());
  if (!reader) return;
  while (const auto* entry = reader->next()) {
    if (may_be_directory(*entry)) {
      rest(reader->descriptor(), entry->name, depth + 1);
    }
    if (entry->type == DT_DIR) continue;
    if (const auto status = plain_file(reader->descriptor(), entry->name)) {
      (*other_)(status->st_size);
    }
  }
  end(*reader, name);
}

}  // namespace

bool for_each_message(const Mailbox& mailbox, const VisitMessage& visit,
                      std::string& error) {
  return Walk(visit, nullptr, error).mailbox(mailbox.descriptor());
}

bool for_each_file(const Mailbox& mailbox, const VisitMessage& visit,
                   const std::function<void(off_t)>& visit_other,
                   std::string& error) {
  return Walk(visit, &visit_other, error).mailbox(mailbox.descriptor());
}

std::string path_below(const Message& message) {
  std::string path(message.folder);
  if (!path.empty()) path += '/';
  path += message.directory;
  path += '/';
  path += message.name;
  return path;
}

}  // namespace mailbox
