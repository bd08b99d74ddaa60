#include "mailbox/folders.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "mailbox/file_descriptor.h"

namespace mailbox {
namespace {

using Stream = std::unique_ptr<DIR, int (*)(DIR*)>;
constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

class Walk {
 public:
  Walk(const std::function<void(const Message&)>& visit, std::string& error)
      : visit_(visit), error_(error) {}

  bool mailbox(int directory);

 private:
  void folder(int directory, std::string_view name);
  void messages(int folder, std::string_view name, const char* part);
  Stream stream_of(int parent, const char* name);
  void fail(std::string_view what) {
    good_ = false;
    error_ = because(what);
  }

  const std::function<void(const Message&)>& visit_;
  std::string& error_;
  bool good_ = true;
};

// What is not there (any more), or is no directory, has nothing in it.
Stream Walk::stream_of(int parent, const char* name) {
  FileDescriptor own(openat(parent, name, kDirectory));
  if (!own.is_open()) {
    if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) fail(name);
    return {nullptr, closedir};
  }
  Stream stream(fdopendir(own.number()), closedir);
  if (stream == nullptr) {
    fail(name);
  } else {
    own.release();
  }
  return stream;
}

bool Walk::mailbox(int directory) {
  std::vector<std::string> folders;
  {
    const Stream stream = stream_of(directory, ".");
    const dirent* entry = nullptr;
    while (stream != nullptr &&
           (errno = 0, entry = readdir(stream.get())) != nullptr) {
      const std::string_view name = entry->d_name;
      if (name[0] != '.' || name == "." || name == "..") continue;
      if (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN) {
        folders.emplace_back(name);
      }
    }
    if (stream != nullptr && errno != 0) fail("the mailbox's directory");
  }
  folder(directory, "");
  for (const std::string& name : folders) {
    const FileDescriptor own(openat(directory, name.c_str(), kDirectory));
    if (own.is_open()) {
      folder(own.number(), name);
    } else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
      fail(name);
    }
  }
  return good_;
}

void Walk::folder(int directory, std::string_view name) {
  for (const char* part : {"cur", "new", "tmp"}) {
    messages(directory, name, part);
  }
}

void Walk::messages(int folder, std::string_view name, const char* part) {
  const Stream stream = stream_of(folder, part);
  if (stream == nullptr) return;
  const int own = dirfd(stream.get());
  const dirent* entry = nullptr;
  while ((errno = 0, entry = readdir(stream.get())) != nullptr) {
    struct stat status {};
    if (fstatat(own, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) fail(part);
      continue;
    }
    if (!S_ISREG(status.st_mode)) continue;
    visit_({name, part, own, entry->d_name, status.st_size, status.st_mtime});
  }
  if (errno != 0) fail(part);
}

}  // namespace

bool for_each_message(const Mailbox& mailbox,
                      const std::function<void(const Message&)>& visit,
                      std::string& error) {
  return Walk(visit, error).mailbox(mailbox.descriptor());
}

}  // namespace mailbox
