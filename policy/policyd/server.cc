#include "policy/policyd/server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <optional>
#include <utility>

namespace policyd {
namespace {

using Clock = std::chrono::steady_clock;
using Socket = asio::generic::stream_protocol::socket;
using Listener = asio::posix::stream_descriptor;
using asio::awaitable;

constexpr std::chrono::milliseconds kSweepInterval{500};
// When there are no descriptors left, for example.
constexpr std::chrono::milliseconds kAcceptPause{100};
// Connections that are taken at once, before others have their turn.
constexpr int kAcceptsAtOnce = 64;

// An answer that comes later, and who waits for it.
struct Answer {
  std::optional<std::string> text;
  asio::steady_timer* waiting = nullptr;
};

struct Connection {
  enum class Doing : std::uint8_t { kReading, kAnswering, kWriting };

  explicit Connection(Socket taken) : socket(std::move(taken)) {}

  Socket socket;
  RequestParser parser;
  Clock::time_point deadline = Clock::time_point::max();
  Clock::time_point begun;  // of a request that is not whole yet
  Doing doing = Doing::kReading;
  bool is_late = false;
};

}  // namespace

struct Server::State {
  State(Answerer& who, ServerOptions wanted)
      : answerer(who), options(std::move(wanted)) {}

  awaitable<void> accept(Listener& listener);
  bool take(Listener& listener);
  awaitable<void> serve(Socket socket);
  awaitable<bool> wait_until_readable(Connection& connection);
  awaitable<bool> answer_all(Connection& connection, std::string_view chunk);
  awaitable<std::string> wait_for(Connection& connection,
                                  std::shared_ptr<Answer> answer);
  awaitable<bool> write(Connection& connection, std::string& answers);
  awaitable<void> repeat(std::chrono::milliseconds interval,
                         std::function<void()> done);
  void sweep();
  void close_idle();
  void tell_broken(const std::string& what);

  Answerer& answerer;
  ServerOptions options;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{
      context.get_executor()};
  std::list<Listener> listeners;
  std::list<Connection> connections;
  std::array<char, kReadOctets> chunk{};
  std::string written;  // answers of the connection whose turn it is
  bool drains = false;
  bool told_full = false;
  std::atomic<std::size_t> connection_count = 0;
  std::atomic<std::uint64_t> broken_count = 0;
};

// Takes one connection; false when none waits, or none can be taken.
bool Server::State::take(Listener& listener) {
  const int file = accept4(listener.native_handle(), nullptr, nullptr,
                           SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (file < 0) return errno == EINTR || errno == ECONNABORTED;
  if (connections.size() >= options.max_connections) {
    close(file);
    if (!std::exchange(told_full, true)) {
      options.tell("too many connections; further ones are closed");
    }
    return true;
  }
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(file, reinterpret_cast<sockaddr*>(&address), &size);
  const int family = address.ss_family;
  if (family != AF_UNIX) {
    const int on = 1;
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  asio::error_code error;
  Socket socket(context);
  socket.assign(asio::generic::stream_protocol(family, 0), file, error);
  if (error) {
    close(file);
    return true;
  }
  socket.non_blocking(true, error);
  asio::co_spawn(context, serve(std::move(socket)), asio::detached);
  return true;
}

awaitable<void> Server::State::accept(Listener& listener) {
  while (!drains) {
    asio::error_code error;
    co_await listener.async_wait(
        Listener::wait_read, asio::redirect_error(asio::use_awaitable, error));
    if (drains) break;
    int taken = 0;
    while (taken < kAcceptsAtOnce && take(listener)) ++taken;
    const bool is_short =
        taken < kAcceptsAtOnce && errno != EAGAIN && errno != EWOULDBLOCK;
    if (!error && !is_short) continue;
    asio::steady_timer pause(context, kAcceptPause);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

awaitable<void> Server::State::serve(Socket socket) {
  const auto place = connections.emplace(connections.end(), std::move(socket));
  Connection& connection = *place;
  ++connection_count;
  while (co_await wait_until_readable(connection)) {
    asio::error_code error;
    const std::size_t count =
        connection.socket.read_some(asio::buffer(chunk), error);
    if (error == asio::error::would_block) {
      if (drains && !connection.parser.is_midway()) break;
      continue;
    }
    if (error) {
      if (connection.parser.is_midway()) {
        tell_broken("a client went in the middle of a request");
      }
      break;
    }
    if (!co_await answer_all(connection, {chunk.data(), count})) break;
  }
  connections.erase(place);
  --connection_count;
  told_full = told_full && connections.size() + 1 >= options.max_connections;
}

awaitable<bool> Server::State::wait_until_readable(Connection& connection) {
  const bool midway = connection.parser.is_midway();
  connection.deadline = midway ? connection.begun + options.request_timeout
                               : Clock::now() + options.idle_timeout;
  connection.doing = Connection::Doing::kReading;
  // Once more, for what came meanwhile; then there is nothing to wait for.
  if (drains && !midway) co_return true;
  asio::error_code error;
  co_await connection.socket.async_wait(
      Socket::wait_read, asio::redirect_error(asio::use_awaitable, error));
  if (connection.is_late) {
    if (midway) tell_broken("a client fell silent in the middle of a request");
    co_return false;
  }
  co_return true;
}

awaitable<bool> Server::State::answer_all(Connection& connection,
                                          std::string_view octets) {
  bool begins_anew = !connection.parser.is_midway();
  written.clear();
  std::string answers;
  std::string rest;  // of the chunk, once others may have read into it
  while (!octets.empty()) {
    const RequestParser::Result result = connection.parser.next(octets);
    if (result == RequestParser::Result::kNeedMore) break;
    if (result == RequestParser::Result::kBroken) {
      tell_broken("a client sent " + std::string(connection.parser.broken()));
      co_return false;
    }
    begins_anew = true;
    auto answer = std::make_shared<Answer>();
    answerer.answer(connection.parser.request(), [answer](std::string text) {
      answer->text = std::move(text);
      if (answer->waiting != nullptr) answer->waiting->cancel();
    });
    if (answer->text) {
      (rest.empty() ? written : answers) += *answer->text;
      continue;
    }
    if (rest.empty()) {
      rest.assign(octets);
      rest += ' ';  // never empty from now on
      octets = std::string_view(rest).substr(0, rest.size() - 1);
      answers.swap(written);
    }
    answers += co_await wait_for(connection, std::move(answer));
  }
  if (rest.empty()) answers.swap(written);
  if (!answers.empty() && !co_await write(connection, answers)) {
    co_return false;
  }
  if (rest.empty()) {
    answers.clear();
    answers.swap(written);  // its memory is for the next one
  }
  if (connection.parser.is_midway() && begins_anew) {
    connection.begun = Clock::now();
  }
  co_return true;
}

awaitable<std::string> Server::State::wait_for(Connection& connection,
                                               std::shared_ptr<Answer> answer) {
  connection.doing = Connection::Doing::kAnswering;
  connection.deadline = Clock::time_point::max();
  asio::steady_timer waiting(context, asio::steady_timer::time_point::max());
  answer->waiting = &waiting;
  asio::error_code error;
  while (!answer->text) {
    co_await waiting.async_wait(
        asio::redirect_error(asio::use_awaitable, error));
  }
  co_return std::move(*answer->text);
}

awaitable<bool> Server::State::write(Connection& connection,
                                     std::string& answers) {
  asio::error_code error;
  const std::size_t count =
      connection.socket.write_some(asio::buffer(answers), error);
  if (!error && count == answers.size()) co_return true;
  if (error && error != asio::error::would_block) co_return false;
  const std::string left = answers.substr(error ? 0 : count);
  connection.doing = Connection::Doing::kWriting;
  connection.deadline = Clock::now() + options.request_timeout;
  co_await asio::async_write(connection.socket, asio::buffer(left),
                             asio::redirect_error(asio::use_awaitable, error));
  if (connection.is_late) tell_broken("a client does not take its answers");
  co_return !error;
}

awaitable<void> Server::State::repeat(std::chrono::milliseconds interval,
                                      std::function<void()> done) {
  asio::steady_timer timer(context);
  while (true) {
    timer.expires_after(interval);
    co_await timer.async_wait(asio::use_awaitable);
    done();
  }
}

void Server::State::sweep() {
  const auto now = Clock::now();
  for (Connection& connection : connections) {
    if (connection.deadline > now) continue;
    connection.is_late = true;
    connection.deadline = Clock::time_point::max();
    asio::error_code ignored;
    connection.socket.cancel(ignored);
  }
}

void Server::State::close_idle() {
  for (Connection& connection : connections) {
    if (connection.doing != Connection::Doing::kReading) continue;
    asio::error_code ignored;
    connection.socket.cancel(ignored);
  }
}

void Server::State::tell_broken(const std::string& what) {
  ++broken_count;
  options.tell(what + "; its connection is closed");
}

Server::Server(Answerer& answerer, ServerOptions options)
    : state_(std::make_unique<State>(answerer, std::move(options))) {
  every(std::min(kSweepInterval, state_->options.request_timeout / 2),
        [state = state_.get()] { state->sweep(); });
}

Server::~Server() = default;

void Server::listen(int file) {
  Listener& listener = state_->listeners.emplace_back(state_->context, file);
  asio::co_spawn(state_->context, state_->accept(listener), asio::detached);
}

void Server::every(std::chrono::milliseconds interval,
                   std::function<void()> done) {
  asio::co_spawn(state_->context, state_->repeat(interval, std::move(done)),
                 asio::detached);
}

void Server::run() { state_->context.run(); }

void Server::post(std::function<void()> call) {
  asio::post(state_->context, std::move(call));
}

void Server::drain() {
  post([state = state_.get()] {
    state->drains = true;
    for (Listener& listener : state->listeners) listener.cancel();
    state->listeners.clear();
    state->close_idle();
  });
}

void Server::stop() { state_->context.stop(); }

std::size_t Server::connections() const { return state_->connection_count; }
std::uint64_t Server::broken() const { return state_->broken_count; }

}  // namespace policyd
