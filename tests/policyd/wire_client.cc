#include "tests/policyd/wire_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>
#include <utility>

#include "daemon/socket_place.h"

namespace policyd_test {

WireClient::WireClient(const std::string& path)
    : file_(daemons::connect_to(path)) {}

WireClient::~WireClient() {
  if (file_ >= 0) close(file_);
}

WireClient::WireClient(WireClient&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      received_(std::move(other.received_)) {}

void WireClient::send(const std::string& octets) const {
  std::string_view rest = octets;
  while (!rest.empty()) {
    const ssize_t count = ::send(file_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string WireClient::receive() {
  while (true) {
    const std::size_t end = received_.find("\n\n");
    if (end != std::string::npos) {
      const std::string answer = received_.substr(0, end);
      received_.erase(0, end + 2);
      return answer;
    }
    pollfd waited{file_, POLLIN, 0};
    if (poll(&waited, 1, 20000) <= 0) return "silence";
    char chunk[4096];
    const ssize_t count = recv(file_, chunk, sizeof chunk, 0);
    if (count <= 0) return "closed";
    received_.append(chunk, static_cast<std::size_t>(count));
  }
}

std::string WireClient::receive_all() {
  const std::string end = receive();
  if (end != "closed" && end != "silence") return end + receive_all();
  return std::exchange(received_, {});
}

}  // namespace policyd_test
