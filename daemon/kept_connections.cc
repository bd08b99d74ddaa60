#include "daemon/kept_connections.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace daemons {
namespace {

using Clock = std::chrono::steady_clock;

// False when the time is up.
bool wait_for(int connection, short event, Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - Clock::now());
  pollfd waited{connection, event, 0};
  int ready = 0;
  do {
    ready =
        left.count() > 0 ? poll(&waited, 1, static_cast<int>(left.count())) : 0;
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

// A connected socket that does not block, or -1.
int connect_by(int family, const sockaddr* address, socklen_t size,
               Clock::time_point deadline) {
  const int connection =
      socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (connection < 0) return -1;
  if (connect(connection, address, size) == 0) return connection;
  int error = errno;
  if (error == EINPROGRESS && wait_for(connection, POLLOUT, deadline)) {
    socklen_t length = sizeof error;
    getsockopt(connection, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error == 0) return connection;
  }
  close(connection);
  return -1;
}

int connect_unix(const std::string& path, Clock::time_point deadline) {
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path) return -1;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  sockaddr_storage generic{};
  std::memcpy(&generic, &address, sizeof address);
  return connect_by(AF_UNIX, reinterpret_cast<const sockaddr*>(&generic),
                    sizeof address, deadline);
}

// "inet:PORT@HOST"
int connect_inet(const std::string& text, Clock::time_point deadline) {
  const std::string rest = text.substr(text.find(':') + 1);
  const std::size_t at = rest.find('@');
  const std::string host =
      at == std::string::npos ? "localhost" : rest.substr(at + 1);
  addrinfo wanted{};
  wanted.ai_family = text.starts_with("inet6:") ? AF_INET6 : AF_INET;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), rest.substr(0, at).c_str(), &wanted, &found) !=
      0) {
    return -1;
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found,
                                                                 freeaddrinfo);
  return connect_by(found->ai_family, found->ai_addr, found->ai_addrlen,
                    deadline);
}

bool send_all(int connection, std::string_view octets,
              Clock::time_point deadline) {
  while (!octets.empty()) {
    const ssize_t count =
        send(connection, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      octets.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR &&
               (errno != EAGAIN || !wait_for(connection, POLLOUT, deadline))) {
      return false;
    }
  }
  return true;
}

// Up to `end`, without it.
std::optional<std::string> receive(int connection, std::string_view end,
                                   Clock::time_point deadline) {
  std::string answer;
  while (answer.size() <= KeptConnections::kMaxAnswer) {
    char chunk[512];
    const ssize_t count = recv(connection, chunk, sizeof chunk, 0);
    if (count == 0) return std::nullopt;
    if (count < 0) {
      if (errno == EINTR ||
          (errno == EAGAIN && wait_for(connection, POLLIN, deadline))) {
        continue;
      }
      return std::nullopt;
    }
    answer.append(chunk, static_cast<std::size_t>(count));
    if (answer.ends_with(end)) {
      answer.resize(answer.size() - end.size());
      return answer;
    }
  }
  return std::nullopt;
}

}  // namespace

KeptConnections::~KeptConnections() {
  for (const int connection : kept_) close(connection);
}

int KeptConnections::take_kept() {
  const std::lock_guard lock(mutex_);
  if (kept_.empty()) return -1;
  const int connection = kept_.back();
  kept_.pop_back();
  return connection;
}

void KeptConnections::keep(int connection) {
  {
    const std::lock_guard lock(mutex_);
    if (kept_.size() < kMaxKept) {
      kept_.push_back(connection);
      return;
    }
  }
  close(connection);
}

std::optional<std::string> KeptConnections::ask(std::string_view question,
                                                std::string_view end) {
  const auto deadline = Clock::now() + patience_;
  int connection = take_kept();
  while (true) {
    const bool is_new = connection < 0;
    if (is_new) {
      connection = place_.is_unix ? connect_unix(place_.path, deadline)
                                  : connect_inet(place_.text, deadline);
    }
    if (connection < 0) return std::nullopt;
    if (send_all(connection, question, deadline)) {
      auto answer = receive(connection, end, deadline);
      if (answer) {
        keep(connection);
        return answer;
      }
    }
    close(connection);
    // The time being up says nothing of the connection.
    if (is_new || Clock::now() >= deadline) return std::nullopt;
    connection = -1;
  }
}

}  // namespace daemons
