#pragma once

// The names in a directory, one after the other.
//
// readdir(3) asks the system twice more for each directory than reading it
// needs; a relay has a million small directories, so this reads them by
// getdents64(2).  One buffer, so a directory of any size costs the same memory.
//
// Names may be removed while they are read; whoever is still there is read.

#include <cstddef>
#include <memory>

#include "mailbox/file_descriptor.h"

namespace mailbox {

class DirectoryReader {
 public:
  struct Entry {
    const char* name;    // until the next call of next()
    unsigned char type;  // DT_DIR and so on, of readdir(3); DT_UNKNOWN too
  };

  explicit DirectoryReader(FileDescriptor directory);
  // The caller's, which stays open; read from its begin, and its position
  // moves, so one reader at a time.
  explicit DirectoryReader(int directory);

  // The next one but "." and ".."; nullptr at the end, and when the directory
  // cannot be read (any more): then error() is not 0.
  const Entry* next();
  int error() const { return error_; }  // errno
  int descriptor() const { return descriptor_; }

 private:
  FileDescriptor own_;
  int descriptor_;
  std::unique_ptr<char[]> buffer_;
  std::size_t filled_ = 0;
  std::size_t next_ = 0;
  Entry entry_{};
  int error_ = 0;
};

}  // namespace mailbox
