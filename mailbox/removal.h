#pragma once

// Taking things away for good: a message, a whole mailbox.
//
// A mailbox that goes loses its name first: it is renamed to one that no
// account can have (it has no '@'), so that nobody logs in to half of it or
// delivers into it, and who logs in a moment later gets a new account rather
// than the ruins of the old.  What a killed process leaves under such a name is
// taken away by the next.  Links are removed, never followed.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "mailbox/folders.h"
#include "mailbox/mailboxes.h"

namespace mailbox {

enum class Removed : std::uint8_t {
  kRemoved,
  kAbsent,  // it was not there (any more)
  kKept,    // it was wanted after all
  kFailed,
};

struct RemovalResult {
  Removed kind = Removed::kFailed;
  std::string error{};  // of kFailed
};

// A message that for_each_message() shows, while it does.
RemovalResult remove_message(const Message& message);

// A file in the mailbox, "maildirsize", or below it, "cur/NAME".
RemovalResult remove_file(const Mailbox& mailbox, const std::string& path);

// `mailbox` is what `address` named when it was opened; when the name is
// another's by now, nothing happens.  `is_unwanted` is asked when the name is
// gone; if it says no, the name comes back (kKept).
RemovalResult remove_mailbox(const Mailboxes& mailboxes,
                             std::string_view address, const Mailbox& mailbox,
                             const std::function<bool()>& is_unwanted);

// A directory with nothing in it; kKept when there is something.
RemovalResult remove_empty(const Mailboxes& mailboxes,
                           std::string_view address);

// Whether a name in the mailboxes' directory is that of a mailbox whose
// removal was broken off, and its removal.
bool is_leftover(std::string_view name);
RemovalResult remove_leftover(const Mailboxes& mailboxes,
                              const std::string& name);

}  // namespace mailbox
