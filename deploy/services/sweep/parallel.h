#pragma once

// All mailboxes of a relay, visited by a few threads.
//
// Visiting waits for the disk more than it computes, so a few at once are
// faster than one; how many is bounded, because Dovecot needs the disk too.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mailbox/mailboxes.h"

namespace sweep {

// The names in the directory that hold an '@', which an account's must and
// nothing else does; sorted, so that what is printed does not change from run
// to run.  `leftovers` gets those of mailboxes whose removal was broken off.
// nullopt and the reason in `error`.
struct Names {
  std::vector<std::string> mailboxes;
  std::vector<std::string> leftovers;
};
std::optional<Names> names_in(const mailbox::Mailboxes& mailboxes,
                              std::string& error);

// Calls `visit` with each number below `count`, from `threads` threads; 1 is
// the caller's own.  Returns when all are done.
void in_parallel(std::size_t count, int threads,
                 const std::function<void(std::size_t)>& visit);

}  // namespace sweep
