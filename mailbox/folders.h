#pragma once

// The folders of a mailbox and the messages in them, as Maildir++ lays them
// out: the mailbox itself is the inbox, each directory in it whose name begins
// with a dot is a folder, and each of them has cur, new and tmp.
//
// A walk is safe while Dovecot delivers and users delete: what vanishes
// between is passed over, links are not followed, and who walks may remove
// what he is shown.

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

using VisitMessage = std::function<void(const Message&)>;

// Every plain file in cur, new and tmp of every folder.  False and the reason
// in `error` when something could not be read: the rest was visited all the
// same.
bool for_each_message(const Mailbox& mailbox, const VisitMessage& visit,
                      std::string& error);

// The same, and the size of every plain file beside them at any depth: the
// account's own files, and Dovecot's.
bool for_each_file(const Mailbox& mailbox, const VisitMessage& visit,
                   const std::function<void(off_t)>& visit_other,
                   std::string& error);

// Where a message is below its mailbox: ".Sent/cur/NAME".
std::string path_below(const Message& message);

}  // namespace mailbox
