#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "deploy/services/http/server.h"

namespace http {

int listen_on_loopback(std::uint16_t port, std::string& error) {
  const int descriptor =
      socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (descriptor >= 0 &&
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      bind(descriptor, reinterpret_cast<const sockaddr*>(&address),
           sizeof address) == 0 &&
      listen(descriptor, SOMAXCONN) == 0) {
    return descriptor;
  }
  error = "127.0.0.1:" + std::to_string(port) + ": " + std::strerror(errno);
  if (descriptor >= 0) close(descriptor);
  return -1;
}

}  // namespace http
