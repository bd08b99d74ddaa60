#pragma once

// The secret that this host shares with its coturn, in a file that is made at
// the first start: 256 random bits in hexadecimal, readable for its owner and
// group.

#include <string>

namespace metadata {

// "" and the reason in `error` when there is none and none can be made.  Two
// processes that make it at once make one.
std::string read_or_make_turn_secret(const std::string& path,
                                     std::string& error);

}  // namespace metadata
