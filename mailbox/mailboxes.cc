#include "mailbox/mailboxes.h"

#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <memory>

#include "mailbox/address.h"
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

bool Mailboxes::for_each_address(
    const std::function<void(const std::string& address)>& visit,
    std::string& error) const {
  // A descriptor of its own: a directory stream moves its position.
  FileDescriptor own(
      openat(descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DIR* stream = own.is_open() ? fdopendir(own.number()) : nullptr;
  if (stream == nullptr) {
    error = because(path_);
    return false;
  }
  [[maybe_unused]] const int given = own.release();
  const std::unique_ptr<DIR, int (*)(DIR*)> closer(stream, closedir);
  const dirent* entry = nullptr;
  // readdir(3): the end is told from trouble by errno alone.
  while ((errno = 0, entry = readdir(stream)) != nullptr) {
    const std::string name = entry->d_name;
    if (!is_account_name(name)) continue;
    const std::string password = name + '/' + kPasswordFile;
    if (presence_of(descriptor(), password.c_str()) == Presence::kThere) {
      visit(name);
    }
  }
  if (errno == 0) return true;
  error = because(path_);
  return false;
}

std::string Mailboxes::path_of(std::string_view address) const {
  return path_ + '/' + std::string(address);
}

}  // namespace mailbox
