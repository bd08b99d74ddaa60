#include "mailbox/removal.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "mailbox/directory_reader.h"
#include "mailbox/limits.h"

namespace mailbox {
namespace {

constexpr std::string_view kLeftover = ".removed-";
constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
// Somebody who had it open may still write: as often it is emptied again.
constexpr int kRounds = 5;

RemovalResult failed(std::string_view what) {
  return {Removed::kFailed, because(what)};
}

RemovalResult result_of(int status, std::string_view what) {
  if (status == 0) return {Removed::kRemoved};
  return errno == ENOENT ? RemovalResult{Removed::kAbsent} : failed(what);
}

RemovalResult remove_tree(int parent, const char* name, int depth);

RemovalResult remove_entry(int parent, const DirectoryReader::Entry& entry,
                           int depth) {
  if (entry.type != DT_DIR) {
    if (unlinkat(parent, entry.name, 0) == 0) return {Removed::kRemoved};
    // EISDIR: the type was not told, or another was put in its place.
    if (errno != EISDIR) return result_of(-1, entry.name);
  }
  return remove_tree(parent, entry.name, depth + 1);
}

// What is in it; kFailed when something stays, and the rest goes all the same.
RemovalResult empty(FileDescriptor directory, int depth) {
  RemovalResult result{Removed::kRemoved};
  DirectoryReader reader(std::move(directory));
  while (const auto* entry = reader.next()) {
    RemovalResult one = remove_entry(reader.descriptor(), *entry, depth);
    if (one.kind == Removed::kFailed) result = std::move(one);
  }
  if (reader.error() != 0) {
    errno = reader.error();
    return failed("a directory");
  }
  return result;
}

RemovalResult remove_tree(int parent, const char* name, int depth) {
  if (depth > kMaxDepth) {
    errno = ELOOP;
    return failed(name);
  }
  const std::string own = name;  // the reader's, which moves on
  for (int round = 0; round < kRounds; ++round) {
    FileDescriptor directory(openat(parent, own.c_str(), kDirectory));
    if (!directory.is_open()) return result_of(-1, own);
    RemovalResult result = empty(std::move(directory), depth);
    if (result.kind == Removed::kFailed) return result;
    if (unlinkat(parent, own.c_str(), AT_REMOVEDIR) == 0) {
      return {Removed::kRemoved};
    }
    if (errno != ENOTEMPTY && errno != EEXIST) return result_of(-1, own);
  }
  return failed(own);
}

bool is_same(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace

RemovalResult remove_message(const Message& message) {
  return result_of(unlinkat(message.descriptor, message.name, 0),
                   message.directory);
}

RemovalResult remove_file(const Mailbox& mailbox, const std::string& path) {
  FileDescriptor directory(openat(mailbox.descriptor(), ".", kDirectory));
  std::size_t begin = 0;
  // Step by step: O_NOFOLLOW is about the last name of a path alone.
  for (std::size_t slash = 0;
       directory.is_open() &&
       (slash = path.find('/', begin)) != std::string::npos;
       begin = slash + 1) {
    directory = FileDescriptor(openat(directory.number(),
                                      path.substr(begin, slash - begin).c_str(),
                                      kDirectory));
  }
  if (!directory.is_open()) return result_of(-1, path);
  return result_of(unlinkat(directory.number(), path.c_str() + begin, 0), path);
}

RemovalResult remove_mailbox(const Mailboxes& mailboxes,
                             std::string_view address, const Mailbox& mailbox,
                             const std::function<bool()>& is_unwanted) {
  const int all = mailboxes.descriptor();
  const std::string name(address);
  struct stat opened {};
  struct stat named {};
  if (fstat(mailbox.descriptor(), &opened) != 0) return failed(name);
  std::array<char, 64> hidden{};
  std::snprintf(hidden.data(), hidden.size(), "%s%llx", kLeftover.data(),
                static_cast<unsigned long long>(opened.st_ino));
  if (renameat(all, name.c_str(), all, hidden.data()) != 0) {
    return result_of(-1, name);
  }
  const bool same =
      fstatat(all, hidden.data(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
      is_same(opened, named);
  if (!same || !is_unwanted()) {
    // Not over another that was made meanwhile, unless that is empty.
    if (renameat(all, hidden.data(), all, name.c_str()) == 0) {
      return {same ? Removed::kKept : Removed::kAbsent};
    }
    return failed(hidden.data());
  }
  return remove_tree(all, hidden.data(), 0);
}

RemovalResult remove_empty(const Mailboxes& mailboxes,
                           std::string_view address) {
  const std::string name(address);
  const int status =
      unlinkat(mailboxes.descriptor(), name.c_str(), AT_REMOVEDIR);
  if (status != 0 && (errno == ENOTEMPTY || errno == EEXIST)) {
    return {Removed::kKept};
  }
  return result_of(status, name);
}

bool is_leftover(std::string_view name) {
  return name.starts_with(kLeftover) &&
         name.find('@') == std::string_view::npos;
}

RemovalResult remove_leftover(const Mailboxes& mailboxes,
                              const std::string& name) {
  return remove_tree(mailboxes.descriptor(), name.c_str(), 0);
}

}  // namespace mailbox
