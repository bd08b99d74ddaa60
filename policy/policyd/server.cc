#include "policy/policyd/server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/execution/blocking.hpp>
#include <asio/execution/execute.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <asio/redirect_error.hpp>
#include <asio/require.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <exception>
#include <list>
#include <optional>
#include <system_error>
#include <utility>

#include "policy/policyd/connections.h"
#include "policy/policyd/posted_calls.h"

namespace policyd {
namespace {

using Awaits = Connection::Awaits;
using Listener = asio::posix::basic_stream_descriptor<LoopExecutor>;
using Timer =
    asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, LoopExecutor>;
template <typename Result>
using awaitable = asio::awaitable<Result, LoopExecutor>;
constexpr asio::use_awaitable_t<LoopExecutor> kUseAwaitable;

constexpr std::chrono::milliseconds kSweepInterval{1000};
// When there are no descriptors left, for example.
constexpr std::chrono::milliseconds kAcceptPause{100};
// Connections that are taken at once, before others have their turn.
constexpr int kAcceptsAtOnce = 64;

// A coroutine throws when there is no memory left.  To end it in silence would
// leave a service behind that no longer stops, or no longer listens; so run()
// throws, and whoever started the service starts it anew.
constexpr auto kMustNotFail = [](const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
};

// Throws std::system_error when there is no descriptor left.
int duplicate(int file) {
  const int copy = fcntl(file, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "dup");
  return copy;
}

// An answer that comes later, and who waits for it.
struct LateAnswer {
  std::optional<std::string> text;
  Timer* waiting = nullptr;
};

enum class Progress : std::uint8_t { kDone, kIsLate, kBroken };

}  // namespace

struct Server::State {
  State(Answerer& who, ServerOptions wanted)
      : answerer(who),
        options(std::move(wanted)),
        connections(options.idle_timeout, options.request_timeout) {}

  awaitable<void> accept(Listener& listener);
  bool take(Listener& listener);
  awaitable<void> serve(Socket socket);
  std::string_view read_more(Connection& connection, std::size_t count);
  Progress answer_some(Connections::Place place, std::string_view& octets,
                       std::string& answers);
  awaitable<bool> answer_slowly(Connections::Place place, std::string octets,
                                std::string answers);
  awaitable<std::string> wait_for(std::shared_ptr<LateAnswer> answer);
  awaitable<void> behind_others();
  bool write_now(Connection& connection, std::string_view& answers);
  awaitable<bool> write_slowly(Connections::Place place, std::string answers);
  awaitable<void> repeat(std::chrono::milliseconds interval,
                         std::function<void()> done);
  awaitable<void> run_posted();
  void sweep();
  void close_idle();
  void tell_broken(const std::string& what);

  Answerer& answerer;
  ServerOptions options;
  // One thread has it, so it needs no locks; others post to `posted`.
  asio::io_context context{ASIO_CONCURRENCY_HINT_UNSAFE};
  LoopExecutor executor{context};
  PostedCalls posted;
  // A descriptor of its own, for asio closes what it waits for.
  Listener woken{executor, duplicate(posted.file())};
  asio::executor_work_guard<asio::io_context::executor_type> work{
      context.get_executor()};
  std::list<Listener> listeners;
  Connections connections;
  // For the connection whose turn it is: a read that is larger than its own
  // buffer, its answers, and one that comes later.
  std::array<char, kReadOctets> chunk{};
  std::string written;
  std::shared_ptr<LateAnswer> late;
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
  Socket socket(executor);
  socket.assign(asio::generic::stream_protocol(family, 0), file, error);
  if (error) {
    close(file);
    return true;
  }
  socket.non_blocking(true, error);
  asio::co_spawn(executor, serve(std::move(socket)), kMustNotFail);
  return true;
}

awaitable<void> Server::State::accept(Listener& listener) {
  while (!drains) {
    asio::error_code error;
    co_await listener.async_wait(Listener::wait_read,
                                 asio::redirect_error(kUseAwaitable, error));
    if (drains) break;
    int taken = 0;
    while (taken < kAcceptsAtOnce && take(listener)) ++taken;
    const bool is_short =
        taken < kAcceptsAtOnce && errno != EAGAIN && errno != EWOULDBLOCK;
    if (!error && !is_short) continue;
    Timer pause(executor, kAcceptPause);
    co_await pause.async_wait(asio::redirect_error(kUseAwaitable, error));
  }
}

awaitable<void> Server::State::serve(Socket socket) {
  const Connections::Place place = connections.add(std::move(socket));
  Connection& connection = *place;
  ++connection_count;
  while (true) {
    const bool midway = connection.parser.is_midway();
    // The time of a request that has begun goes on.
    if (!midway) {
      connections.wait(place, Awaits::kRequest);
    } else if (connection.awaits != Awaits::kRest) {
      connections.wait(place, Awaits::kRest);
    }
    asio::error_code error;
    std::size_t count = 0;
    if (drains && !midway) {
      // Once more, for what came meanwhile; then there is nothing to wait for.
      count =
          connection.socket.read_some(asio::buffer(connection.octets), error);
    } else {
      count = co_await connection.socket.async_read_some(
          asio::buffer(connection.octets),
          asio::redirect_error(kUseAwaitable, error));
      if (error == asio::error::operation_aborted && !connection.is_late &&
          drains) {
        continue;
      }
    }
    if (error) {
      if (midway) {
        tell_broken(connection.is_late
                        ? "a client fell silent in the middle of a request"
                        : "a client went in the middle of a request");
      }
      break;
    }
    std::string_view octets = read_more(connection, count);
    written.clear();
    const Progress progress = answer_some(place, octets, written);
    if (progress == Progress::kBroken) break;
    if (progress == Progress::kIsLate) {
      if (!co_await answer_slowly(place, std::string(octets), written)) {
        break;
      }
      continue;
    }
    std::string_view left = written;
    if (!write_now(connection, left)) break;
    if (!left.empty() && !co_await write_slowly(place, std::string(left))) {
      break;
    }
    // The others first: a look at once would find nothing, and be in vain.
    co_await behind_others();
  }
  connections.remove(place);
  --connection_count;
  told_full = told_full && connections.size() + 1 >= options.max_connections;
}

// All that was read: the first `count` octets are in the connection's buffer.
std::string_view Server::State::read_more(Connection& connection,
                                          std::size_t count) {
  if (count < connection.octets.size()) {
    return {connection.octets.data(), count};
  }
  std::copy(connection.octets.begin(), connection.octets.end(), chunk.begin());
  asio::error_code error;
  // Nothing more there, or an error that the next read will see.
  count += connection.socket.read_some(
      asio::buffer(chunk.data() + count, chunk.size() - count), error);
  return {chunk.data(), count};
}

// Takes whole requests off `octets` and appends their answers.  kIsLate: the
// last one's comes later, as `late`.
Progress Server::State::answer_some(Connections::Place place,
                                    std::string_view& octets,
                                    std::string& answers) {
  Connection& connection = *place;
  bool begins_anew = !connection.parser.is_midway();
  while (!octets.empty()) {
    const RequestParser::Result result = connection.parser.next(octets);
    if (result == RequestParser::Result::kNeedMore) break;
    if (result == RequestParser::Result::kBroken) {
      tell_broken("a client sent " + std::string(connection.parser.broken()));
      return Progress::kBroken;
    }
    begins_anew = true;
    const auto text = answerer.answer(
        connection.parser.request(), [&]() -> Answerer::Answered {
          late = std::make_shared<LateAnswer>();
          return [answer = late](std::string given) {
            answer->text = std::move(given);
            if (answer->waiting != nullptr) answer->waiting->cancel();
          };
        });
    if (!text) return Progress::kIsLate;
    answers += *text;
  }
  // The first octets of another request: its time begins.
  if (connection.parser.is_midway() && begins_anew) {
    connections.wait(place, Awaits::kRest);
  }
  return Progress::kDone;
}

// Goes on behind a request whose answer comes later.
awaitable<bool> Server::State::answer_slowly(Connections::Place place,
                                             std::string octets,
                                             std::string answers) {
  std::string_view rest = octets;
  auto progress = Progress::kIsLate;
  while (progress == Progress::kIsLate) {
    connections.wait(place, Awaits::kAnswer);
    answers += co_await wait_for(std::move(late));
    progress = answer_some(place, rest, answers);
  }
  if (progress == Progress::kBroken) co_return false;
  co_return co_await write_slowly(place, std::move(answers));
}

awaitable<std::string> Server::State::wait_for(
    std::shared_ptr<LateAnswer> answer) {
  Timer waiting(executor, Clock::time_point::max());
  answer->waiting = &waiting;
  asio::error_code error;
  while (!answer->text) {
    co_await waiting.async_wait(asio::redirect_error(kUseAwaitable, error));
  }
  answer->waiting = nullptr;
  co_return std::move(*answer->text);
}

// Goes on when those have had their turn that are ready now.  What asio::post
// would do, but for its counting of work that is outstanding: the connection is
// that already.
awaitable<void> Server::State::behind_others() {
  return asio::async_initiate<decltype(kUseAwaitable), void()>(
      [this](auto handler) {
        asio::execution::execute(
            asio::require(executor, asio::execution::blocking.never),
            std::move(handler));
      },
      kUseAwaitable);
}

// As much as goes without waiting; false when the client is gone.
bool Server::State::write_now(Connection& connection,
                              std::string_view& answers) {
  if (answers.empty()) return true;
  asio::error_code error;
  const std::size_t count =
      connection.socket.write_some(asio::buffer(answers), error);
  answers.remove_prefix(count);
  return !error || error == asio::error::would_block;
}

awaitable<bool> Server::State::write_slowly(Connections::Place place,
                                            std::string answers) {
  Connection& connection = *place;
  asio::error_code error;
  connections.wait(place, Awaits::kTakenAway);
  co_await asio::async_write(connection.socket, asio::buffer(answers),
                             asio::redirect_error(kUseAwaitable, error));
  if (connection.is_late) tell_broken("a client does not take its answers");
  co_return !error;
}

awaitable<void> Server::State::repeat(std::chrono::milliseconds interval,
                                      std::function<void()> done) {
  Timer timer(executor);
  while (true) {
    timer.expires_after(interval);
    co_await timer.async_wait(kUseAwaitable);
    done();
  }
}

awaitable<void> Server::State::run_posted() {
  while (true) {
    co_await woken.async_wait(Listener::wait_read, kUseAwaitable);
    posted.run();
  }
}

void Server::State::sweep() {
  connections.look_for_late([](Connection& connection) {
    asio::error_code ignored;
    connection.socket.cancel(ignored);
  });
}

void Server::State::close_idle() {
  connections.each_reading([](Connection& connection) {
    asio::error_code ignored;
    connection.socket.cancel(ignored);
  });
}

void Server::State::tell_broken(const std::string& what) {
  ++broken_count;
  options.tell(what + "; its connection is closed");
}

Server::Server(Answerer& answerer, ServerOptions options)
    : state_(std::make_unique<State>(answerer, std::move(options))) {
  every(std::min(kSweepInterval, state_->options.request_timeout / 2),
        [state = state_.get()] { state->sweep(); });
  asio::co_spawn(state_->executor, state_->run_posted(), kMustNotFail);
}

Server::~Server() = default;

void Server::listen(int file) {
  Listener& listener = state_->listeners.emplace_back(state_->executor, file);
  asio::co_spawn(state_->executor, state_->accept(listener), kMustNotFail);
}

void Server::every(std::chrono::milliseconds interval,
                   std::function<void()> done) {
  asio::co_spawn(state_->executor, state_->repeat(interval, std::move(done)),
                 kMustNotFail);
}

void Server::run() { state_->context.run(); }

void Server::post(std::function<void()> call) {
  state_->posted.post(std::move(call));
}

void Server::drain() {
  post([state = state_.get()] {
    state->drains = true;
    for (Listener& listener : state->listeners) listener.cancel();
    state->listeners.clear();
    state->close_idle();
  });
}

void Server::stop() {
  post([state = state_.get()] { state->context.stop(); });
}

std::size_t Server::connections() const { return state_->connection_count; }
std::uint64_t Server::broken() const { return state_->broken_count; }

}  // namespace policyd
