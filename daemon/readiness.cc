#include "daemon/readiness.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace daemons {

// One datagram of lines to the socket that $NOTIFY_SOCKET names, a path or
// with '@' an abstract name.  That is the whole protocol; libsystemd would
// bring seven other libraries into a process that shall be small.
bool notify(const std::string& message, int file) {
  const char* name = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (name == nullptr || (name[0] != '/' && name[0] != '@') ||
      std::strlen(name) >= sizeof address.sun_path) {
    return false;
  }
  const std::size_t length = std::strlen(name);
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name, length);
  if (name[0] == '@') address.sun_path[0] = '\0';
  const int socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return false;
  std::string text = message;
  iovec piece{text.data(), text.size()};
  msghdr datagram{};
  datagram.msg_name = &address;
  datagram.msg_namelen =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  datagram.msg_iov = &piece;
  datagram.msg_iovlen = 1;
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof file)] = {};
  if (file >= 0) {
    datagram.msg_control = space;
    datagram.msg_controllen = sizeof space;
    cmsghdr* const attached = CMSG_FIRSTHDR(&datagram);
    attached->cmsg_level = SOL_SOCKET;
    attached->cmsg_type = SCM_RIGHTS;
    attached->cmsg_len = CMSG_LEN(sizeof file);
    std::memcpy(CMSG_DATA(attached), &file, sizeof file);
  }
  // Readiness that nobody hears is systemd's trouble: it has a time limit.
  const bool is_sent = sendmsg(socket_fd, &datagram, MSG_NOSIGNAL) >= 0;
  close(socket_fd);
  return is_sent;
}

void notify_ready(const std::string& status) {
  notify("READY=1\nSTATUS=" + status);
}

void notify_reloading() {
  // Type=notify-reload wants the monotonic time beside it (systemd 253).
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void notify_stopping() { notify("STOPPING=1"); }

}  // namespace daemons
