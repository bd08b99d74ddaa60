#pragma once

// What the name of a message's file tells, as Dovecot writes it:
//
//   1775324677.M448978P3029757.host,S=3235,W=3305:2,S
//
// The seconds since 1970 of its delivery stand before the first dot; S is its
// size in octets as the quota counts it, which is more than that of the file
// where Dovecot compresses.  Neither changes when flags do.

#include <sys/types.h>

#include <ctime>
#include <optional>
#include <string_view>

namespace mailbox {

struct MessageName {
  std::time_t delivered = 0;
  off_t size = 0;
};

// nullopt: Dovecot did not write it, or one of the two is missing.
std::optional<MessageName> parse_message_name(std::string_view name);

}  // namespace mailbox
