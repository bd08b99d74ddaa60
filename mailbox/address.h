#pragma once

// The name of an account, as it stands in the file system.
//
// Two spellings of one address must find one directory, or a flag that is set
// for the one is forgotten for the other: letters are lower case, and what
// stands behind the first '+' of the local part (Postfix's
// recipient_delimiter) is cut.  What could not be an account's name never
// reaches the file system.

#include <string>
#include <string_view>

namespace mailbox {

// The address as it is, when it has no '@'.
std::string canonical_address(std::string_view address);

// One '@' with printable ASCII on both sides and no '/', at most 255 octets,
// and not "." or "..".
bool is_account_name(std::string_view address);

// What stands before and behind the last '@'; "" when there is none.
std::string_view local_part_of(std::string_view address);
std::string_view domain_of(std::string_view address);

}  // namespace mailbox
