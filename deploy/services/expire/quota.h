#pragma once

// A mailbox that is too full loses its oldest messages.
//
// What counts is what Dovecot counts: the sizes in the names of the messages
// in cur and new of every folder, and for the age the time of delivery in the
// name.  A name without them is another program's and stays.

#include <sys/types.h>

#include <cstddef>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "mailbox/folders.h"

namespace expire {

struct OldMessage {
  std::string path;  // below the mailbox
  std::time_t delivered = 0;
  off_t size = 0;
};

// The size that the quota counts for a message; 0 for what it does not count.
off_t counted_size(const mailbox::Message& message);

// The oldest messages, in order, without which `target` octets are left, or
// all that are older than kProtectedAge; `goes_anyway` tells those that are no
// longer to be counted.  When something could not be read, the reason is in
// `error`, and the answer is of what was.
std::vector<OldMessage> find_oldest(
    const mailbox::Mailbox& mailbox, off_t target, std::time_t now,
    const std::function<bool(const mailbox::Message&)>& goes_anyway,
    std::string& error);

// For chatmail-quota-expire: removes them, and Dovecot's note of the size.  How
// many went; `error` as above.
std::size_t shrink(const mailbox::Mailbox& mailbox, off_t target,
                   std::time_t now, std::string& error);

}  // namespace expire
