#pragma once

// The device tokens in the mailboxes' metadata.json.
//
// A change waits for others of the same file, and for the disk: not for an
// event loop.  Reading does neither.

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "mailbox/mailboxes.h"

namespace metadata {

class TokenFiles {
 public:
  explicit TokenFiles(const mailbox::Mailboxes& mailboxes)
      : mailboxes_(mailboxes) {}

  // None for what is no account; nullopt, and the reason in `error`, when
  // nobody can know.
  std::optional<std::vector<std::string>> find(const std::string& address,
                                               std::time_t now,
                                               std::string& error) const;

  // Each gives what went wrong, or nothing.
  std::optional<std::string> add(const std::string& address,
                                 const std::string& token,
                                 std::time_t now) const;
  std::optional<std::string> remove(const std::string& address,
                                    const std::string& token,
                                    std::time_t now) const;
  std::optional<std::string> remove_all(const std::string& address) const;

 private:
  mailbox::Mailboxes mailboxes_;
};

}  // namespace metadata
