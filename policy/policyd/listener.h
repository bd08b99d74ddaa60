#pragma once

// A listening socket of either family.

#include <string>

#include "daemon/socket_place.h"

namespace policyd {

// unix:/PATH, inet:PORT@HOST, inet6:PORT@HOST (without a host: the loopback).
// The socket does not block.  -1 and the reason in `error`.
int open_listener(const daemons::SocketPlace& place,
                  const daemons::SocketAccess& access, std::string& error);

}  // namespace policyd
