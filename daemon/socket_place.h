#pragma once

// Where a daemon listens, and who may connect.
//
// A unix socket is the rule: its mode is the access control.  The milter's
// socket is a signing oracle and a verdict oracle, so an inet one is worth a
// warning.

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace daemons {

struct SocketPlace {
  bool is_unix = true;
  std::string path;  // of a unix socket
  std::string text;  // as libmilter and Postfix write it: unix:PATH, inet:...
};

// "unix:/path", "local:/path", "/path", "inet:port@host", "inet6:port@host".
// nullopt for anything else, a relative path included.
std::optional<SocketPlace> parse_socket_place(std::string_view text);

// Who may connect: nobody else than owner and group.
struct SocketAccess {
  mode_t mode = 0660;
  std::string group;  // empty: the process's own
};

// Removes a socket that nobody listens on.  An error when somebody does, or
// when what stands there is not a socket.
std::optional<std::string> remove_stale_socket(const std::string& path);

// Sets mode and group of a socket that was just made.  Between bind() and
// this call the umask guards it: see ClosedUmask.
std::optional<std::string> grant_access(const std::string& path,
                                        const SocketAccess& access);

// While it lives, new sockets are for their owner alone.  The umask is the
// process's: use it before other threads make files.
class ClosedUmask {
 public:
  ClosedUmask();
  ~ClosedUmask();
  ClosedUmask(const ClosedUmask&) = delete;
  ClosedUmask& operator=(const ClosedUmask&) = delete;

 private:
  mode_t before_;
};

// A listening unix socket, or -1 and the reason in `error`.  It may be one that
// outlived the process before, and will outlive this one: leave_listener() of
// daemon/kept_listener.h is its end.
int listen_on(const std::string& path, const SocketAccess& access,
              std::string& error);

// A connection to a unix socket, or -1 with errno set.
int connect_to(const std::string& path);

}  // namespace daemons
