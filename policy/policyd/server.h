#pragma once

// The connections: one thread, a coroutine for each.
//
// A connection has one small buffer, which holds most requests whole; a
// longer read goes into the one large buffer of the thread, and is answered
// before another connection has its turn.  Only a request that straddles two
// reads, or an answer that waits for Redis, is kept beside it.  Requests of one
// connection are answered in their order; each has one look at its turn.
//
// A client that sends what cannot be read, stops in the middle, or does not
// take its answers is told of in the log and closed; the others notice
// nothing.  No error of accept() ends the listening.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "policy/policyd/answerer.h"
#include "policy/policyd/limits.h"

namespace policyd {

struct ServerOptions {
  std::chrono::milliseconds request_timeout = kRequestTimeout;
  std::chrono::milliseconds idle_timeout = kIdleTimeout;
  std::size_t max_connections = kMaxConnections;
  // A line for the log; in the server's thread.
  std::function<void(const std::string& line)> tell;
};

class Server {
 public:
  // `answerer` outlives it.
  Server(Answerer& answerer, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Takes over a listening socket that does not block.
  void listen(int file);
  // Calls `done` again and again, in the server's thread.
  void every(std::chrono::milliseconds interval, std::function<void()> done);
  // Serves until stop(); the calling thread is the server's.
  void run();

  // From any thread:
  // Runs something in the server's thread.
  void post(std::function<void()> call);
  // Closes the door and the connections that wait for nothing.
  void drain();
  // Ends run(), whatever is under way.
  void stop();
  std::size_t connections() const;
  std::uint64_t broken() const;  // closed because of what the client did

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace policyd
