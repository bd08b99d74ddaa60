#pragma once

// A dict server on unix sockets: all connections in the thread that calls
// run(), one coroutine each.
//
// An idle connection costs its session and coroutine and no buffer: 10,000 of
// them are held by one thread.  A connection is never closed by us as long as
// its client keeps it open, and a client that has shut down its side still gets
// the answers that it is owed.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "deploy/services/dict/loop.h"
#include "deploy/services/dict/service.h"

namespace dict {

class Server {
 public:
  Server();
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Takes over a listening socket whose clients `service` answers; it outlives
  // run().  Before run().
  void listen(int descriptor, Service& service);
  // Until stop(); then all connections are closed.
  void run();
  // From any thread: takes no new connection, waits until all owed answers are
  // sent, but no longer than `patience`, and has run() return.
  void stop(std::chrono::milliseconds patience);

  std::shared_ptr<Loop> loop() const;
  std::size_t connections() const;  // from any thread

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dict
