#pragma once

// The folders of a mailbox and the messages in them, as Maildir++ lays them
// out: the mailbox itself is the inbox, each directory in it whose name begins
// with a dot is a folder, and each of them has cur, new and tmp.
//
// A walk is safe while Dovecot delivers and users delete: what vanishes
// between is passed over.

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>

#include "mailbox/mailbox.h"

namespace mailbox {

struct Message {
  std::string_view folder;     // "" is the inbox, else ".Sent"
  std::string_view directory;  // cur, new or tmp
  int descriptor = -1;         // of that directory, to unlink from
  const char* name = nullptr;
  off_t size = 0;
  std::time_t modified = 0;
};

// Every plain file in cur, new and tmp of every folder.  False and the reason
// in `error` when something could not be read: the rest was visited all the
// same.
bool for_each_message(const Mailbox& mailbox,
                      const std::function<void(const Message&)>& visit,
                      std::string& error);

}  // namespace mailbox
