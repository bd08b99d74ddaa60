#pragma once

// The addresses of this host by which the world can reach it.

#include <string>
#include <vector>

namespace zone {

// Those of its interfaces, of one family (AF_INET or AF_INET6).
std::vector<std::string> public_addresses(int family);

}  // namespace zone
