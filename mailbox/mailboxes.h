#pragma once

// <mailboxes_dir>: the accounts of a relay, one directory each.
//
// The directory is opened once and everything below is reached from that
// descriptor, a step at a time and without following links, so nothing can be
// swapped in between.  Copies share it.  Any number of threads and processes
// may use the same directory.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mailbox/file_descriptor.h"
#include "mailbox/mailbox.h"

namespace mailbox {

class Mailboxes {
 public:
  // nullopt, and the reason in `error`.
  static std::optional<Mailboxes> open(const std::string& path,
                                       std::string& error);

  // A name that no account can have is absent.
  OpenResult find(std::string_view address) const;

  // Each name in the directory, whatever it is; false and the reason when it
  // cannot be read to its end.
  bool for_each_name(const std::function<void(const char* name)>& visit,
                     std::string& error) const;

  // Each account that has a password; false and the reason when the directory
  // cannot be read to its end.
  bool for_each_address(
      const std::function<void(const std::string& address)>& visit,
      std::string& error) const;

  // Where an account's directory is.
  std::string path_of(std::string_view address) const;
  const std::string& path() const { return path_; }
  int descriptor() const { return directory_->number(); }

 private:
  Mailboxes(std::string path, FileDescriptor directory)
      : path_(std::move(path)),
        directory_(std::make_shared<FileDescriptor>(std::move(directory))) {}

  std::string path_;
  std::shared_ptr<const FileDescriptor> directory_;
};

}  // namespace mailbox
