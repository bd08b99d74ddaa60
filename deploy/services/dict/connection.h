#pragma once

// One client of a Server.  For server.cc and connection.cc alone: asio compiles
// slowly.

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "deploy/services/dict/loop.h"
#include "deploy/services/dict/session.h"

namespace dict {

class AsioLoop final : public Loop {
 public:
  asio::io_context& context() { return *context_; }
  bool is_current() const override {
    return std::this_thread::get_id() == thread_.load();
  }
  void post(std::function<void()> task) override;
  void run();
  // Ends whatever waits in the loop; a Loop may be held for longer.
  void destroy();

 private:
  std::mutex mutex_;  // over the end of context_ and calls from other threads
  std::unique_ptr<asio::io_context> context_ =
      std::make_unique<asio::io_context>(1);
  std::atomic<std::thread::id> thread_{};
};

class Connection;

// What the connections of a server share; of the loop's thread but for `count`.
struct Shared {
  std::shared_ptr<AsioLoop> loop = std::make_shared<AsioLoop>();
  std::set<Connection*> connections;
  std::atomic<std::size_t> count = 0;
  std::string buffer;  // what was read last, of whichever connection
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Shared& shared, asio::local::stream_protocol::socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Until the client has gone.
  static asio::awaitable<void> serve(std::shared_ptr<Connection> self,
                                     Service& service);
  // Answers that are not with the client yet.
  bool owes() const;
  void close();

 private:
  asio::awaitable<bool> read();
  asio::awaitable<void> until_changed();
  void send();
  void send_output();
  void wait_to_send();

  Shared& shared_;
  asio::local::stream_protocol::socket socket_;
  asio::steady_timer
      changed_;  // never expires; cancelled when something is new
  std::shared_ptr<Session> session_;
  bool has_read_ = false;
  bool is_busy_ = false;  // answers that come meanwhile are sent together
  bool is_full_ = false;  // the socket; it tells when it is not
  bool is_gone_ = false;
};

}  // namespace dict
