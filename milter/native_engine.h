#pragma once

// The milter protocol on epoll: a few threads that all wait for the next
// connection with something to read.
//
// The packets of a burst are read at once into a buffer of the thread, carried
// out by that thread, and answered in one write; a connection itself holds no
// more than an unfinished packet.  The kernel wakes the thread that waited
// least long, so its caches are warm.  A connection is armed once for each
// wake-up (EPOLLONESHOT), so one thread at a time has it.

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>

#include "milter/dialogue.h"
#include "milter/engine.h"
#include "milter/worker_pool.h"

namespace milter {

class NativeEngine final : public Engine {
 public:
  explicit NativeEngine(Shared& shared);
  ~NativeEngine() override;

  std::string open(const daemons::SocketPlace& place,
                   const daemons::SocketAccess& access) override;
  void start() override;
  void close_door() override;
  bool stop() override;

 private:
  struct Connection {
    Connection(Shared& shared, int accepted)
        : socket(accepted), dialogue(shared) {}
    int socket;
    Dialogue dialogue;
    std::string unsent;  // while it is not empty, nothing is read
    std::atomic<std::int64_t> heard{0};  // seconds
    // Set by the thread that lets go of it, read by the next one: what orders
    // their work is the kernel, of which C++ knows nothing.
    std::atomic<bool> at_rest{false};
    std::list<Connection>::iterator place;
  };
  enum class Outcome { kOpen, kClosed };

  void* take(std::chrono::milliseconds timeout);
  void carry_out(void* piece, WorkerSpace& space);
  void take_connections();
  void add_connection(int socket);
  void arm_listener();
  void end_rest();
  void look_after();

  Outcome serve(Connection& connection, WorkerSpace& space);
  Outcome send_answers(Connection& connection, std::string_view answers);
  void close_connection(Connection& connection);

  Shared& shared_;
  daemons::SocketPlace place_;
  int epoll_ = -1;
  int wake_ = -1;  // readable once all threads are to come back
  std::mutex door_mutex_;
  int listening_ = -1;
  // Out of descriptors: not armed until a connection is closed, or a while.
  std::atomic<bool> resting_{false};
  std::int64_t told_ = 0;  // when the log was told so
  std::mutex connections_mutex_;
  std::list<Connection> connections_;
  WorkerPool pool_;
};

}  // namespace milter
