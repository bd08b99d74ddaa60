#pragma once

// What the mailbox directory says about an account, for those who judge mail.
//
// <mailboxes_dir>/<address>/ is an account when the file `password` is in it: a
// directory without is what somebody made or left, and nobody can log in to it
// or get mail there.  The file `enforceE2EEincoming` says that it takes
// encrypted mail only, and was touched when the account was made; the first
// relays had none, so without it an account is an old one.  The file `DISABLED`
// says that mail to it is dropped.
//
// Only ENOENT means that something is not there.  Any other answer of the
// system (permission, disk, a symbolic link where a directory should be) is
// temporary: nobody knows.  The directory is opened once per address and the
// files are looked up in what was opened, so nothing can be swapped between.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mailbox/mailbox.h"

namespace mailbox {

struct AccountLookup {
  enum class State : std::uint8_t {
    kUnknown,  // certain: there is no such account
    kEnforcing,
    kTakesCleartext,
    kDisabled,
    kTemporaryError,
  };
  State state = State::kUnknown;
  // Seconds since the epoch; nullopt: there is none, or nobody knows.
  std::optional<std::int64_t> created{};
};

AccountLookup look_up_account(const Mailbox& mailbox);

// `address` is the name of a directory: in lower case, without detail.
AccountLookup look_up_account(const std::string& mailboxes_dir,
                              std::string_view address);

}  // namespace mailbox
