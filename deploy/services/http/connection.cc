#include "deploy/services/http/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <cstring>
#include <optional>
#include <utility>

#include "deploy/services/http/limits.h"

namespace http {
namespace {

using Kind = ParseResult::Kind;

constexpr int kRequestTimeout = 408;
constexpr int kUnavailable = 503;
constexpr std::size_t kChunk = 4096;

// An answer on its way, perhaps from another thread.
class Mail : public std::enable_shared_from_this<Mail> {
 public:
  explicit Mail(asio::io_context& context)
      : context_(context),
        arrived_(context, asio::steady_timer::clock_type::time_point::max()) {}

  // While the context lives.
  void deliver(Response response) {
    asio::post(context_, [self = shared_from_this(),
                          given = std::move(response)]() mutable {
      self->response_ = std::move(given);
      self->arrived_.cancel();
    });
  }
  asio::awaitable<Response> wait() {
    asio::error_code ignored;
    while (!response_) {
      co_await arrived_.async_wait(
          asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return std::move(*response_);
  }

 private:
  asio::io_context& context_;
  asio::steady_timer arrived_;
  std::optional<Response> response_;
};

std::string address_of(const Socket& socket) {
  asio::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  char text[INET6_ADDRSTRLEN] = "";
  if (error) return text;
  if (endpoint.protocol().family() == AF_INET) {
    sockaddr_in address{};
    std::memcpy(&address, endpoint.data(), sizeof address);
    inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  } else if (endpoint.protocol().family() == AF_INET6) {
    sockaddr_in6 address{};
    std::memcpy(&address, endpoint.data(), sizeof address);
    inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text);
  }
  return text;
}

}  // namespace

Connection::Connection(Shared& shared, asio::io_context& context, Socket socket)
    : shared_(shared),
      context_(context),
      socket_(std::move(socket)),
      timer_(context),
      peer_(address_of(socket_)) {
  ++shared_.connections;
  asio::error_code ignored;  // of a unix socket
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Connection::~Connection() {
  set_busy(false);
  --shared_.connections;
}

void Connection::set_busy(bool busy) {
  if (busy == is_busy_) return;
  is_busy_ = busy;
  if (busy) {
    ++shared_.busy;
  } else {
    --shared_.busy;
  }
}

void Connection::wait_at_most(std::chrono::milliseconds patience) {
  has_expired_ = false;
  timer_.expires_after(patience);
  timer_.async_wait([weak = weak_from_this()](asio::error_code cancelled) {
    const auto self = weak.lock();
    if (cancelled || self == nullptr) return;
    self->has_expired_ = true;
    asio::error_code ignored;
    self->socket_.cancel(ignored);
  });
}

asio::awaitable<void> Connection::serve(std::shared_ptr<Connection> self) {
  bool keep_alive = true;
  while (keep_alive && !self->is_gone_) {
    Request request;
    const ParseResult result = co_await self->read_request(request);
    if (result.kind == Kind::kBad) co_await self->refuse(result.status);
    if (result.kind != Kind::kComplete) {
      if (self->has_expired_ && self->is_busy_) {
        co_await self->refuse(kRequestTimeout);
      }
      co_return;
    }
    self->octets_.erase(0, result.consumed);
    keep_alive = request.keep_alive && !self->shared_.is_draining;
    const bool to_head = request.method == "HEAD";
    const Response response = co_await self->ask(std::move(request));
    co_await self->send(to_octets(response, keep_alive, to_head));
    self->set_busy(!self->octets_.empty());
  }
}

asio::awaitable<void> Connection::turn_away(std::shared_ptr<Connection> self) {
  co_await self->refuse(kUnavailable);
}

// kIncomplete: the client has gone, or his time is up.
asio::awaitable<ParseResult> Connection::read_request(Request& request) {
  set_busy(!octets_.empty());
  wait_at_most(is_busy_ ? shared_.patience.request : shared_.patience.idle);
  ParseResult result = parse_request(octets_, request);
  asio::error_code error;
  while (result.kind == Kind::kIncomplete) {
    char chunk[kChunk];
    const std::size_t count = co_await socket_.async_read_some(
        asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, error));
    if (error || has_expired_) break;
    if (!is_busy_) wait_at_most(shared_.patience.request);
    set_busy(true);
    octets_.append(chunk, count);
    result = parse_request(octets_, request);
  }
  timer_.cancel();
  request.peer = peer_;
  co_return result;
}

// Who is to answer may keep the Answer longer than the server lives, so the
// mail is not his: its timer is the context's.
asio::awaitable<Response> Connection::ask(Request request) {
  auto mail = std::make_shared<Mail>(context_);
  shared_.callbacks.handle(
      std::move(request),
      [weak = std::weak_ptr(mail), door = shared_.door](Response response) {
        const std::lock_guard lock(door->mutex);
        if (!door->is_open) return;
        if (const auto given = weak.lock()) given->deliver(std::move(response));
      });
  co_return co_await mail->wait();
}

asio::awaitable<void> Connection::send(std::string octets) {
  asio::error_code error;
  wait_at_most(shared_.patience.idle);
  co_await asio::async_write(socket_, asio::buffer(octets),
                             asio::redirect_error(asio::use_awaitable, error));
  timer_.cancel();
  is_gone_ = static_cast<bool>(error);
}

asio::awaitable<void> Connection::refuse(int status) {
  set_busy(true);
  if (shared_.callbacks.refused) shared_.callbacks.refused(status);
  co_await send(to_octets(refusal(status), false));
  co_await discard();
}

// A close with something unread would take the answer back from the client.
asio::awaitable<void> Connection::discard() {
  asio::error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  wait_at_most(kDiscardPatience);
  std::size_t discarded = 0;
  while (!error && !has_expired_ && discarded < kMaxDiscarded) {
    char chunk[kChunk];
    discarded += co_await socket_.async_read_some(
        asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, error));
  }
  timer_.cancel();
}

}  // namespace http
