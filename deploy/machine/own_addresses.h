#pragma once

// Whether a name leads to this host.

#include <string>

namespace machine {

// All addresses of the name are of this host's interfaces or the loopback.
// false, and why in `error`.
bool is_this_host(const std::string& name, std::string& error);

}  // namespace machine
