#pragma once

// The making of an account.
//
// It is wholly there or not at all, whatever happens between: the file
// `password` is written last, on disk before the call returns, and when the
// disk is full what was made before it is taken away.  A process that is killed
// between leaves a directory without password, which is no account; the next
// first login makes it one.  Two processes, or many threads, that make the
// same account at once make one: they meet at password.lock.

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "mailbox/mailboxes.h"

namespace mailbox {

struct CreationResult {
  enum class Kind : std::uint8_t { kCreated, kExisted, kFailed };
  Kind kind = Kind::kFailed;
  std::string hash;   // of the account; of kExisted not ours
  std::string error;  // of kFailed
};

// `address` is an account's name in its canonical form (else kFailed).
CreationResult create_account(const Mailboxes& mailboxes,
                              std::string_view address, std::string_view hash,
                              std::time_t now);

}  // namespace mailbox
