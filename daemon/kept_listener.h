#pragma once

// Listening sockets that outlive a restart of their daemon.
//
// systemd keeps a copy of each (FileDescriptorStoreMax= of the unit, which says
// so in $FDSTORE as systemd 254 does by itself) and hands it to the next
// process (sd_listen_fds(3)): who connects meanwhile waits and is not refused.
// It matters most for doveauth, whose absence Dovecot and Postfix tell a client
// as a wrong password.  Without systemd, or when the unit is stopped for good,
// nothing is kept.
//
// All of it is for the thread that starts and ends the daemon.

#include <string>

namespace daemons {

// The socket at `path` that the process before this one listened on, or -1.
// Each is given once.
int take_kept_listener(const std::string& path);

// Has systemd keep the socket at `path`, if there is a systemd.
void keep_listener(int file, const std::string& path);

// Ends what the process before listened on and this one did not take: all, or
// what is at `path`.
void drop_other_listeners(const std::string& path = {});

// The daemon listens no more: removes `path`, unless systemd has the socket.
void leave_listener(const std::string& path);

}  // namespace daemons
