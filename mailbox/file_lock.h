#pragma once

// A lock between processes on a file of its own, by flock(2): the same lock,
// on the same file, as relays' other programs take.
//
// The file stays where it is.  Who waits for one that was removed meanwhile
// (with its directory, say) notices, and has no lock.

#include "mailbox/file_descriptor.h"

namespace mailbox {

class FileLock {
 public:
  // Waits for at most kLockPatience.  Makes the file where it is not there.
  FileLock(int directory, const char* name);

  bool is_held() const { return file_.is_open(); }
  // errno of why it is not: EAGAIN when the time was up, ENOENT when the file
  // was removed meanwhile.
  int error() const { return error_; }

 private:
  FileDescriptor file_;  // closing it frees the lock
  int error_ = 0;
};

}  // namespace mailbox
