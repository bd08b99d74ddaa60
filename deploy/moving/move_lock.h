#pragma once

// One backup, restore or migration at a time on a host: a lock that goes with
// the process that holds it.

#include <string>

#include "mailbox/file_descriptor.h"

namespace moving {

class MoveLock {
 public:
  // `root` is "" or a folder that stands for /, whose /run has the lock.
  explicit MoveLock(const std::string& root);

  // "" or why it is not held.
  const std::string& error() const { return error_; }

 private:
  mailbox::FileDescriptor file_;  // closing it frees the lock
  std::string error_;
};

}  // namespace moving
