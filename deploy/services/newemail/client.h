#pragma once

// Which network a request comes from, as far as the proxy tells.
//
// Fields of a request are what anybody may write, so they count only where the
// peer is a proxy that is known to write them: over a unix socket (its mode is
// the access control) or from an address that the settings name.  Of
// X-Forwarded-For it is the last entry that the proxy itself has added; what
// stands before came with the request.  X-Real-IP counts without one only.

#include <span>
#include <string>

#include "deploy/services/http/request.h"

namespace newemail {

// "" when it is not known: doveauth::network_of().
std::string client_network(const http::Request& request,
                           std::span<const std::string> trusted_proxies);

}  // namespace newemail
