#pragma once

// A server on a unix socket and on the loopback, and clients of it.

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/socket_place.h"
#include "deploy/services/http/server.h"
#include "tests/daemon/temporary_directory.h"

namespace test {

class HttpClient {
 public:
  explicit HttpClient(int descriptor) : descriptor_(descriptor) {
    REQUIRE(descriptor >= 0);
  }
  ~HttpClient() { close(descriptor_); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // False when the server has closed.
  bool send(std::string_view octets) const {
    while (!octets.empty()) {
      const ssize_t count =
          ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      octets.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  void end() const { shutdown(descriptor_, SHUT_WR); }
  // What comes until `count` octets are there, or the end.
  std::string receive(std::size_t count) const {
    std::string all;
    char chunk[4096];
    while (all.size() < count) {
      pollfd wait{descriptor_, POLLIN, 0};
      REQUIRE(poll(&wait, 1, 20'000) == 1);
      const ssize_t size = recv(descriptor_, chunk,
                                std::min(sizeof chunk, count - all.size()), 0);
      if (size <= 0) break;
      all.append(chunk, static_cast<std::size_t>(size));
    }
    return all;
  }
  std::string receive_all() const { return receive(std::size_t{1} << 30U); }

 private:
  int descriptor_;
};

struct HttpWorld {
  // Answers with the request's path, unless `callbacks` says otherwise.
  explicit HttpWorld(
      http::Callbacks callbacks = {},
      http::Patience patience = {std::chrono::milliseconds(10'000),
                                 std::chrono::milliseconds(10'000)},
      std::size_t most_connections = 100) {
    if (!callbacks.handle) {
      callbacks.handle = [this](http::Request request,
                                const http::Callbacks::Answer& answer) {
        last_peer = request.peer;
        answer({200, request.path + '\n' + request.body});
      };
    }
    callbacks.refused = [this](int status) { refused = status; };
    std::string error;
    const int local = daemons::listen_on(path, {}, error);
    const int inet = http::listen_on_loopback(0, error);
    REQUIRE(local >= 0);
    REQUIRE(inet >= 0);
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(inet, reinterpret_cast<sockaddr*>(&address), &size);
    port = address.sin_port;
    server = std::make_unique<http::Server>(std::vector<int>{local, inet},
                                            std::move(callbacks), patience,
                                            most_connections);
  }
  HttpClient connect() const { return HttpClient(daemons::connect_to(path)); }
  HttpClient connect_by_inet() const {
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = port;
    REQUIRE(::connect(descriptor, reinterpret_cast<const sockaddr*>(&address),
                      sizeof address) == 0);
    return HttpClient(descriptor);
  }

  TemporaryDirectory directory;
  std::string path = directory.path("http.sock");
  in_port_t port = 0;
  std::string last_peer = "nobody";
  std::atomic<int> refused = 0;
  std::unique_ptr<http::Server> server;
};

inline std::string answer_of(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace test
