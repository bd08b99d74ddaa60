#include "mailbox/mailboxes.h"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "mailbox/address.h"
#include "mailbox/directory_reader.h"
#include "mailbox/layout.h"

namespace mailbox {

std::optional<Mailboxes> Mailboxes::open(const std::string& path,
                                         std::string& error) {
  FileDescriptor directory(
      ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) {
    error = because(path);
    return std::nullopt;
  }
  return Mailboxes(path, std::move(directory));
}

OpenResult Mailboxes::find(std::string_view address) const {
  OpenResult result;
  if (!is_account_name(address)) {
    result.presence = Presence::kAbsent;
    return result;
  }
  FileDescriptor directory(
      openat(descriptor(), std::string(address).c_str(),
             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (directory.is_open()) {
    result.presence = Presence::kThere;
    result.mailbox = Mailbox(std::move(directory));
  } else if (errno == ENOENT) {
    result.presence = Presence::kAbsent;
  } else {
    result.error = because("the mailbox's directory");
  }
  return result;
}

bool Mailboxes::for_each_name(
    const std::function<void(const char* name)>& visit,
    std::string& error) const {
  // A descriptor of its own: reading a directory moves its position.
  FileDescriptor own(
      openat(descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!own.is_open()) {
    error = because(path_);
    return false;
  }
  DirectoryReader reader(std::move(own));
  while (const auto* entry = reader.next()) visit(entry->name);
  if (reader.error() == 0) return true;
  errno = reader.error();
  error = because(path_);
  return false;
}

bool Mailboxes::for_each_address(
    const std::function<void(const std::string& address)>& visit,
    std::string& error) const {
  return for_each_name(
      [&](const char* name) {
        if (!is_account_name(name)) return;
        const std::string password = std::string(name) + '/' + kPasswordFile;
        if (presence_of(descriptor(), password.c_str()) == Presence::kThere) {
          visit(name);
        }
      },
      error);
}

std::string Mailboxes::path_of(std::string_view address) const {
  return path_ + '/' + std::string(address);
}

}  // namespace mailbox
