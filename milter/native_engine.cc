#include "milter/native_engine.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>

#include "daemon/kept_listener.h"
#include "daemon/listener.h"
#include "milter/limits.h"

namespace milter {
namespace {

// How long stop() waits for threads that are at work.
constexpr std::chrono::milliseconds kStopPatience{2000};

// Seconds between two lines in the log that say the same.
constexpr std::int64_t kTellAgain = 60;

std::int64_t now_in_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool watch(int epoll, int operation, int file, std::uint32_t events,
           void* piece) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = piece;
  return epoll_ctl(epoll, operation, file, &event) == 0;
}

// Apart, for tests/milter/tsan.supp names it: the thread before may still be in
// the epoll_ctl() that armed the socket, which holds a reference of its own.
void close_socket(int socket) { close(socket); }

}  // namespace

NativeEngine::NativeEngine(Shared& shared)
    : shared_(shared),
      pool_({
          [this](std::chrono::milliseconds timeout) { return take(timeout); },
          [this](void* piece, WorkerSpace& space) { carry_out(piece, space); },
          [this] {
            const std::uint64_t one = 1;
            [[maybe_unused]] const auto written =
                write(wake_, &one, sizeof one);
          },
          [this] { look_after(); },
      }) {}

NativeEngine::~NativeEngine() {
  stop();
  for (const int file : {wake_, epoll_}) {
    if (file >= 0) close(file);
  }
}

std::string NativeEngine::open(const daemons::SocketPlace& place,
                               const daemons::SocketAccess& access) {
  place_ = place;
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (epoll_ < 0 || wake_ < 0) return std::strerror(errno);
  std::string error;
  listening_ = daemons::open_listener(place, access, error);
  return error;
}

void NativeEngine::start() {
  // Never read, so that it wakes every thread; take() knows it by nullptr.
  watch(epoll_, EPOLL_CTL_ADD, wake_, EPOLLIN, nullptr);
  watch(epoll_, EPOLL_CTL_ADD, listening_, EPOLLIN | EPOLLONESHOT, this);
  pool_.start();
}

void NativeEngine::close_door() {
  const std::lock_guard lock(door_mutex_);
  if (listening_ < 0) return;
  close(listening_);
  listening_ = -1;
  if (place_.is_unix) daemons::leave_listener(place_.path);
}

bool NativeEngine::stop() {
  close_door();
  if (!pool_.stop(kStopPatience)) return false;
  while (!connections_.empty()) close_connection(connections_.front());
  return true;
}

void* NativeEngine::take(std::chrono::milliseconds timeout) {
  epoll_event event{};
  const int count =
      epoll_wait(epoll_, &event, 1, static_cast<int>(timeout.count()));
  return count == 1 ? event.data.ptr : nullptr;
}

void NativeEngine::carry_out(void* piece, WorkerSpace& space) {
  if (piece == this) return take_connections();
  Connection& connection = *static_cast<Connection*>(piece);
  [[maybe_unused]] const bool rested = connection.at_rest.exchange(false);
  assert(rested);
  Outcome outcome = Outcome::kClosed;
  try {
    outcome = serve(connection, space);
  } catch (const std::exception& problem) {
    shared_.log->error("a connection is closed: {}", problem.what());
  }
  if (outcome == Outcome::kClosed) return close_connection(connection);
  const std::uint32_t wanted = connection.unsent.empty() ? EPOLLIN : EPOLLOUT;
  const int socket = connection.socket;
  connection.at_rest = true;
  // From here on it may be another thread's, and gone.
  if (!watch(epoll_, EPOLL_CTL_MOD, socket, wanted | EPOLLONESHOT,
             &connection)) {
    close_connection(connection);
  }
}

void NativeEngine::take_connections() {
  const std::lock_guard lock(door_mutex_);
  while (listening_ >= 0) {
    const int accepted =
        accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted >= 0) {
      add_connection(accepted);
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EAGAIN) return arm_listener();
    // Out of descriptors, or of memory: not round and round meanwhile.
    const int reason = errno;
    resting_ = true;
    const std::int64_t now = now_in_seconds();
    if (told_ == 0 || now - told_ >= kTellAgain) {
      shared_.log->error("no connection can be taken: {}",
                         std::strerror(reason));
      told_ = now;
    }
    return;
  }
}

void NativeEngine::arm_listener() {
  resting_ = false;
  watch(epoll_, EPOLL_CTL_MOD, listening_, EPOLLIN | EPOLLONESHOT, this);
}

void NativeEngine::add_connection(int socket) {
  if (!place_.is_unix) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  Connection* connection = nullptr;
  try {
    const std::lock_guard lock(connections_mutex_);
    connection = &connections_.emplace_front(shared_, socket);
    connection->place = connections_.begin();
    connection->heard = now_in_seconds();
    connection->at_rest = true;
  } catch (const std::exception&) {  // memory
    close(socket);
    return;
  }
  if (!watch(epoll_, EPOLL_CTL_ADD, socket, EPOLLIN | EPOLLONESHOT,
             connection)) {
    close_connection(*connection);
  }
}

void NativeEngine::close_connection(Connection& connection) {
  std::list<Connection> closed;
  {
    const std::lock_guard lock(connections_mutex_);
    // Inside, for look_after() uses the descriptors of those in the list.
    close_socket(connection.socket);
    closed.splice(closed.begin(), connections_, connection.place);
  }
  end_rest();
}

void NativeEngine::end_rest() {
  if (!resting_) return;
  const std::lock_guard lock(door_mutex_);
  if (resting_ && listening_ >= 0) arm_listener();
}

void NativeEngine::look_after() {
  end_rest();
  const std::int64_t now = now_in_seconds();
  const std::lock_guard lock(connections_mutex_);
  for (const Connection& connection : connections_) {
    if (now - connection.heard > kPeerSilence.count()) {
      // A thread wakes up for it, and closes it.
      shutdown(connection.socket, SHUT_RDWR);
    }
  }
}

NativeEngine::Outcome NativeEngine::serve(Connection& connection,
                                          WorkerSpace& space) {
  connection.heard = now_in_seconds();
  if (!connection.unsent.empty()) {
    const std::string rest = std::exchange(connection.unsent, {});
    if (send_answers(connection, rest) == Outcome::kClosed) {
      return Outcome::kClosed;
    }
  }
  for (int i = 0; i < kReadsInARow && connection.unsent.empty(); ++i) {
    const ssize_t count =
        recv(connection.socket, space.read.data(), space.read.size(), 0);
    if (count == 0) return Outcome::kClosed;
    if (count < 0) {
      return errno == EAGAIN || errno == EINTR ? Outcome::kOpen
                                               : Outcome::kClosed;
    }
    const auto size = static_cast<std::size_t>(count);
    space.answers.clear();
    const bool goes_on =
        connection.dialogue.receive({space.read.data(), size}, space.answers);
    if (send_answers(connection, space.answers) == Outcome::kClosed ||
        !goes_on) {
      return Outcome::kClosed;
    }
    if (size < space.read.size()) break;
  }
  return Outcome::kOpen;
}

// What the socket does not take now waits in the connection.
NativeEngine::Outcome NativeEngine::send_answers(Connection& connection,
                                                 std::string_view answers) {
  while (!answers.empty()) {
    const ssize_t count =
        send(connection.socket, answers.data(), answers.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      answers.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      connection.unsent = answers;
      return Outcome::kOpen;
    } else if (errno != EINTR) {
      return Outcome::kClosed;
    }
  }
  return Outcome::kOpen;
}

}  // namespace milter
