#include "daemon/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace daemons {
namespace {

bool do_not_block(int file) {
  const int flags = fcntl(file, F_GETFL);
  return flags >= 0 && fcntl(file, F_SETFL, flags | O_NONBLOCK) == 0;
}

int listen_at(const addrinfo& address) {
  const int file =
      socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (file < 0) return -1;
  const int on = 1;
  setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(file, address.ai_addr, address.ai_addrlen) == 0 &&
      listen(file, SOMAXCONN) == 0) {
    return file;
  }
  const int reason = errno;
  close(file);
  errno = reason;
  return -1;
}

int open_inet(const std::string& text, std::string& error) {
  const std::size_t colon = text.find(':');
  const std::string rest = text.substr(colon + 1);
  const std::size_t at = rest.find('@');
  const std::string port = rest.substr(0, at);
  const bool six = text.starts_with("inet6:");
  const std::string host = at != std::string::npos ? rest.substr(at + 1)
                           : six                   ? "::1"
                                                   : "127.0.0.1";
  addrinfo wanted{};
  wanted.ai_family = six ? AF_INET6 : AF_INET;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int wrong = getaddrinfo(host.c_str(), port.c_str(), &wanted, &found);
  if (wrong != 0) {
    error = text + ": " + gai_strerror(wrong);
    return -1;
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found,
                                                                 freeaddrinfo);
  const int file = listen_at(*addresses);
  if (file < 0) error = text + ": " + std::strerror(errno);
  return file;
}

}  // namespace

int open_listener(const SocketPlace& place, const SocketAccess& access,
                  std::string& error) {
  if (!place.is_unix) return open_inet(place.text, error);
  const int file = listen_on(place.path, access, error);
  if (file >= 0 && !do_not_block(file)) {
    error = place.path + ": " + std::strerror(errno);
    close(file);
    return -1;
  }
  return file;
}

}  // namespace daemons
