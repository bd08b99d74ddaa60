#include "daemon/metrics_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <prometheus/text_serializer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "daemon/kept_listener.h"
#include "daemon/signals.h"

namespace daemons {
namespace {

constexpr std::size_t kLongestRequest = 8192;
using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kPatience{1};

// False when `deadline` passes before the socket is ready.
bool wait_for(int client, short event, Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - Clock::now());
  pollfd waited{client, event, 0};
  return left.count() > 0 &&
         poll(&waited, 1, static_cast<int>(left.count())) > 0;
}

// Reads up to the empty line; what came, or nothing, when time is up.
std::string read_request(int client) {
  const auto deadline = Clock::now() + kPatience;
  std::string request;
  char chunk[1024];
  while (request.size() < kLongestRequest &&
         request.find("\r\n\r\n") == std::string::npos &&
         wait_for(client, POLLIN, deadline)) {
    const ssize_t count = recv(client, chunk, sizeof chunk, MSG_DONTWAIT);
    if (count <= 0) break;
    request.append(chunk, static_cast<std::size_t>(count));
  }
  return request;
}

// "/metrics" of "GET /metrics HTTP/1.1".
std::string_view target_of(std::string_view request) {
  const std::size_t begin = request.find(' ');
  if (begin == std::string_view::npos) return {};
  const std::size_t end = request.find_first_of(" \r\n", begin + 1);
  return request.substr(begin + 1, end - begin - 1);
}

void send_all(int client, std::string_view octets) {
  const auto deadline = Clock::now() + kPatience;
  while (!octets.empty() && wait_for(client, POLLOUT, deadline)) {
    const ssize_t count =
        send(client, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count <= 0) return;
    octets.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

std::string exposition(const prometheus::Registry& registry) {
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

std::unique_ptr<MetricsSocket> MetricsSocket::open(
    const std::string& path, const SocketAccess& access,
    std::function<std::string()> text, std::string& error, Pages pages) {
  int stop_pipe[2];
  if (pipe2(stop_pipe, O_CLOEXEC) != 0) {
    error = std::strerror(errno);
    return nullptr;
  }
  const int listening = listen_on(path, access, error);
  if (listening < 0) {
    close(stop_pipe[0]);
    close(stop_pipe[1]);
    return nullptr;
  }
  return std::unique_ptr<MetricsSocket>(new MetricsSocket(
      path, listening, stop_pipe, std::move(text), std::move(pages)));
}

MetricsSocket::MetricsSocket(std::string path, int listening, int stop_pipe[2],
                             std::function<std::string()> text, Pages pages)
    : path_(std::move(path)),
      listening_(listening),
      stop_read_(stop_pipe[0]),
      stop_write_(stop_pipe[1]),
      text_(std::move(text)),
      pages_(std::move(pages)) {
  const BlockedSignals blocked;
  thread_ = std::thread([this] { serve(); });
}

std::unique_ptr<MetricsSocket> MetricsSocket::open_place(
    const std::string& place, const SocketAccess& access,
    std::function<std::string()> text, std::string& error, Pages pages) {
  const auto parsed = parse_socket_place(place);
  if (parsed && parsed->is_unix) {
    return open(parsed->path, access, std::move(text), error, std::move(pages));
  }
  error = "it has to be a unix socket";
  return nullptr;
}

MetricsSocket::~MetricsSocket() {
  close(stop_write_);  // serve() sees the end of the pipe
  thread_.join();
  close(stop_read_);
  close(listening_);
  leave_listener(path_);
}

void MetricsSocket::serve() {
  pollfd waited[2] = {{listening_, POLLIN, 0}, {stop_read_, 0, 0}};
  while (true) {
    if (poll(waited, 2, -1) < 0) continue;  // EINTR
    if (waited[1].revents != 0) return;
    const int client = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) {
      // Out of descriptors, perhaps: not round and round meanwhile.
      poll(&waited[1], 1, 100);
      continue;
    }
    answer(client);
    close(client);
  }
}

void MetricsSocket::answer(int client) const {
  const std::string request = read_request(client);
  const std::string_view target = target_of(request);
  const std::optional<std::string> page =
      target.empty() || target == "/metrics" || target == "/"
          ? text_()
          : (pages_ ? pages_(target) : std::nullopt);
  if (request.empty()) return send_all(client, page.value_or(""));
  const std::string text = page.value_or("There is no such page.\n");
  const std::string answer =
      std::string(page ? "HTTP/1.0 200 OK\r\n" : "HTTP/1.0 404 Not Found\r\n") +
      "Content-Type: text/plain; version=0.0.4\r\n"
      "Content-Length: " +
      std::to_string(text.size()) + "\r\n\r\n";
  send_all(client, answer + text);
}

}  // namespace daemons
