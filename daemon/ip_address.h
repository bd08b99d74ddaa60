#pragma once

// IPv4 and IPv6 addresses as text, without brackets or zone.

#include <string>

namespace daemons {

bool is_ip_address(const std::string& text);

// Not private, not of a link or the loopback: the world may reach it.
bool is_public_address(const std::string& text);

}  // namespace daemons
