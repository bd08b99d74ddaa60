#pragma once

// One client's connection to the server.  Seen by server.cc alone.

#include <asio/awaitable.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "deploy/services/http/server.h"

namespace http {

using Socket = asio::generic::stream_protocol::socket;

// Answers of other threads find their way only while the server is there.
struct Door {
  std::mutex mutex;
  bool is_open = true;
};

struct Shared {
  Callbacks callbacks;
  Patience patience;
  std::size_t most_connections;
  std::size_t connections = 0;
  std::size_t busy = 0;  // of them, those with a request that has begun
  bool is_draining = false;
  std::shared_ptr<Door> door = std::make_shared<Door>();
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Shared& shared, asio::io_context& context, Socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Until the client goes, or has to.
  static asio::awaitable<void> serve(std::shared_ptr<Connection> self);
  // For one too many.
  static asio::awaitable<void> turn_away(std::shared_ptr<Connection> self);

 private:
  asio::awaitable<ParseResult> read_request(Request& request);
  asio::awaitable<Response> ask(Request request);
  asio::awaitable<void> send(std::string octets);
  asio::awaitable<void> refuse(int status);
  asio::awaitable<void> discard();
  void wait_at_most(std::chrono::milliseconds patience);
  void set_busy(bool busy);

  Shared& shared_;
  asio::io_context& context_;
  Socket socket_;
  asio::steady_timer timer_;
  std::string octets_;  // received, and not yet a request
  std::string peer_;
  bool is_busy_ = false;
  bool has_expired_ = false;
  bool is_gone_ = false;
};

}  // namespace http
