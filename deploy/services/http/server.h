#pragma once

// A small HTTP server on listening sockets, unix or inet, in one thread of its
// own.
//
// Each connection is a coroutine: requests are answered one after the other,
// however many were sent ahead, and no more is read than the one under way
// needs.  Who sends half a request and then nothing, or does not read, loses
// his patience (limits.h) and nobody else's time.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "deploy/services/http/request.h"
#include "deploy/services/http/response.h"

namespace http {

// What may be waited for; a test is less patient.
struct Patience {
  std::chrono::milliseconds request;
  std::chrono::milliseconds idle;
};

struct Callbacks {
  // To be called once, from any thread.
  using Answer = std::function<void(Response)>;
  // In the server's thread.
  std::function<void(Request, Answer)> handle;
  // Told of each request that was refused before it was one; may be empty.
  std::function<void(int status)> refused = {};
};

class Server {
 public:
  // Owns the descriptors from now on; they listen.
  Server(const std::vector<int>& listening, Callbacks callbacks);
  Server(const std::vector<int>& listening, Callbacks callbacks,
         Patience patience, std::size_t most_connections);
  // Cuts off what is under way.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Takes no new connection, and returns when all requests that have begun
  // are answered, or after that time.
  void drain(std::chrono::milliseconds patience);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A listening socket on a port of the loopback (0 is any), or -1 and the
// reason in `error`.
int listen_on_loopback(std::uint16_t port, std::string& error);

}  // namespace http
