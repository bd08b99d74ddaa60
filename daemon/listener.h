#pragma once

// A listening socket of either family.

#include <string>

#include "daemon/socket_place.h"

namespace daemons {

// unix:/PATH, inet:PORT@HOST, inet6:PORT@HOST (without a host: the loopback).
// The socket does not block.  -1 and the reason in `error`.
int open_listener(const SocketPlace& place, const SocketAccess& access,
                  std::string& error);

}  // namespace daemons
