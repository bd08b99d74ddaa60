#include "deploy/services/dict/connection.h"

#include <sys/socket.h>

#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <utility>

#include "deploy/services/dict/limits.h"

namespace dict {
namespace {

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

void AsioLoop::post(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  if (context_ != nullptr) asio::post(*context_, std::move(task));
}

void AsioLoop::run() {
  thread_ = std::this_thread::get_id();
  context_->run();
  thread_ = std::thread::id();
}

void AsioLoop::destroy() {
  std::unique_ptr<asio::io_context> ending;
  const std::lock_guard lock(mutex_);
  ending.swap(context_);
}

Connection::Connection(Shared& shared,
                       asio::local::stream_protocol::socket socket)
    : shared_(shared),
      socket_(std::move(socket)),
      changed_(socket_.get_executor(),
               asio::steady_timer::clock_type::time_point::max()) {
  shared_.connections.insert(this);
  ++shared_.count;
}

Connection::~Connection() {
  shared_.connections.erase(this);
  --shared_.count;
}

bool Connection::owes() const {
  return !is_gone_ && session_ != nullptr &&
         (session_->owes() || !session_->output().empty());
}

void Connection::close() {
  asio::error_code ignored;
  is_gone_ = true;
  socket_.close(ignored);
}

asio::awaitable<void> Connection::serve(std::shared_ptr<Connection> self,
                                        Service& service) {
  self->session_ = std::make_shared<Session>(service, self->shared_.loop,
                                             [connection = self.get()] {
                                               if (!connection->is_busy_)
                                                 connection->send();
                                             });
  while (co_await self->read()) {
    self->send();
    while (!self->is_gone_ && !self->session_->wants_octets()) {
      co_await self->until_changed();
    }
  }
  while (self->owes()) co_await self->until_changed();
}

// False when nothing more will come.
asio::awaitable<bool> Connection::read() {
  asio::error_code error;
  while (!is_gone_ && !error) {
    // The first request comes with the connection, a later one is waited for.
    if (std::exchange(has_read_, true)) {
      co_await socket_.async_wait(
          asio::local::stream_protocol::socket::wait_read,
          asio::redirect_error(asio::use_awaitable, error));
    }
    shared_.buffer.resize(kMaxLine);
    const ssize_t count = recv(socket_.native_handle(), shared_.buffer.data(),
                               shared_.buffer.size(), MSG_DONTWAIT);
    if (count > 0) {
      is_busy_ = true;
      session_->receive(
          {shared_.buffer.data(), static_cast<std::size_t>(count)});
      is_busy_ = false;
      co_return true;
    }
    if (count == 0) co_return false;
    is_gone_ = errno != EINTR && !would_block();
  }
  co_return false;
}

asio::awaitable<void> Connection::until_changed() {
  asio::error_code cancelled;
  co_await changed_.async_wait(
      asio::redirect_error(asio::use_awaitable, cancelled));
}

void Connection::send() {
  is_busy_ = true;
  do {
    send_output();
    session_->sent();  // it may go on, and have more
  } while (!is_gone_ && !is_full_ && !session_->output().empty());
  is_busy_ = false;
  changed_.cancel();
}

void Connection::send_output() {
  if (is_full_ || is_gone_) return;
  std::string& output = session_->output();
  std::size_t sent = 0;
  while (sent < output.size()) {
    const ssize_t count =
        ::send(socket_.native_handle(), output.data() + sent,
               output.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      is_full_ = would_block();
      is_gone_ = !is_full_;
      break;
    }
  }
  output.erase(0, sent);
  if (output.empty() && output.capacity() > kMaxLine) output.shrink_to_fit();
  if (is_full_) wait_to_send();
}

void Connection::wait_to_send() {
  socket_.async_wait(asio::local::stream_protocol::socket::wait_write,
                     [self = shared_from_this()](asio::error_code error) {
                       self->is_full_ = false;
                       if (error) self->is_gone_ = true;
                       self->send();
                     });
}

}  // namespace dict
