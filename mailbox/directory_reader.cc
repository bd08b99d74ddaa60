#include "mailbox/directory_reader.h"

#include <dirent.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace mailbox {
namespace {

constexpr std::size_t kBuffer = std::size_t{32} * 1024;

}  // namespace

// Not initialised: the system fills it.
DirectoryReader::DirectoryReader(FileDescriptor directory)
    : own_(std::move(directory)),
      descriptor_(own_.number()),
      buffer_(new char[kBuffer]) {}

DirectoryReader::DirectoryReader(int directory)
    : descriptor_(directory), buffer_(new char[kBuffer]) {
  if (lseek(directory, 0, SEEK_SET) != 0) error_ = errno;
}

const DirectoryReader::Entry* DirectoryReader::next() {
  while (error_ == 0) {
    if (next_ >= filled_) {
      const ssize_t count = getdents64(descriptor(), buffer_.get(), kBuffer);
      // ENOENT: the directory itself was removed.
      if (count < 0 && errno != ENOENT) error_ = errno;
      if (count <= 0) return nullptr;
      filled_ = static_cast<std::size_t>(count);
      next_ = 0;
    }
    dirent64 head{};
    char* const record = buffer_.get() + next_;
    std::memcpy(&head, record, offsetof(dirent64, d_name));
    next_ += head.d_reclen;
    const char* const name = record + offsetof(dirent64, d_name);
    if (name[0] == '.' &&
        (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'))) {
      continue;
    }
    entry_ = {name, head.d_type};
    return &entry_;
  }
  return nullptr;
}

}  // namespace mailbox
