#include "daemon/socket_place.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/kept_listener.h"

namespace daemons {
namespace {

std::string because(const std::string& path) {
  return path + ": " + std::strerror(errno);
}

std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return std::nullopt;
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

int with_address(const std::string& path,
                 int (*call)(int, const sockaddr*, socklen_t)) {
  const auto address = address_of(path);
  if (!address) return -1;
  const int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return -1;
  sockaddr_storage generic{};
  std::memcpy(&generic, &*address, sizeof *address);
  if (call(socket_fd, reinterpret_cast<const sockaddr*>(&generic),
           sizeof *address) == 0) {
    return socket_fd;
  }
  const int reason = errno;
  close(socket_fd);
  errno = reason;
  return -1;
}

}  // namespace

std::optional<SocketPlace> parse_socket_place(std::string_view text) {
  for (const std::string_view scheme : {"inet:", "inet6:"}) {
    if (text.starts_with(scheme) && text.size() > scheme.size()) {
      return SocketPlace{false, {}, std::string(text)};
    }
  }
  for (const std::string_view scheme : {"unix:", "local:"}) {
    if (text.starts_with(scheme)) {
      text.remove_prefix(scheme.size());
      break;
    }
  }
  if (text.empty() || text[0] != '/') return std::nullopt;
  return SocketPlace{true, std::string(text), "unix:" + std::string(text)};
}

std::optional<std::string> remove_stale_socket(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return because(path);
  }
  if (!S_ISSOCK(status.st_mode)) return path + ": is there and not a socket";
  const int other = connect_to(path);
  if (other >= 0) {
    close(other);
    return path + ": another process listens there";
  }
  if (errno != ECONNREFUSED) return because(path);
  if (unlink(path.c_str()) != 0) return because(path);
  return std::nullopt;
}

std::optional<std::string> grant_access(const std::string& path,
                                        const SocketAccess& access) {
  if (!access.group.empty()) {
    const struct group* entry = getgrnam(access.group.c_str());
    if (entry == nullptr) return "no such group: " + access.group;
    if (chown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) != 0) {
      return because(path);
    }
  }
  if (chmod(path.c_str(), access.mode) != 0) return because(path);
  return std::nullopt;
}

ClosedUmask::ClosedUmask() : before_(umask(0177)) {}
ClosedUmask::~ClosedUmask() { umask(before_); }

int listen_on(const std::string& path, const SocketAccess& access,
              std::string& error) {
  if (const int kept = take_kept_listener(path); kept >= 0) {
    const auto wrong = grant_access(path, access);
    if (!wrong) return kept;
    error = *wrong;
    close(kept);
    return -1;
  }
  if (auto wrong = remove_stale_socket(path)) {
    error = std::move(*wrong);
    return -1;
  }
  int socket_fd = -1;
  {
    const ClosedUmask closed;
    socket_fd = with_address(path, bind);
  }
  if (socket_fd < 0) {
    error = because(path);
    return -1;
  }
  auto wrong = grant_access(path, access);
  if (!wrong && listen(socket_fd, SOMAXCONN) != 0) wrong = because(path);
  if (!wrong) {
    keep_listener(socket_fd, path);
    return socket_fd;
  }
  error = std::move(*wrong);
  close(socket_fd);
  unlink(path.c_str());
  return -1;
}

int connect_to(const std::string& path) { return with_address(path, connect); }

}  // namespace daemons
