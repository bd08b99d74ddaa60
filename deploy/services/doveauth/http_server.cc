#include "deploy/services/doveauth/http_server.h"

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "daemon/signals.h"

namespace doveauth {
namespace {

using asio::ip::tcp;

// An answer on its way from another thread.
class Mail : public std::enable_shared_from_this<Mail> {
 public:
  explicit Mail(asio::io_context& context)
      : context_(context),
        arrived_(context, asio::steady_timer::clock_type::time_point::max()) {}

  // From any thread, while the context lives.
  void deliver(HttpResponse response) {
    asio::post(context_, [self = shared_from_this(),
                          given = std::move(response)]() mutable {
      self->response_ = std::move(given);
      self->arrived_.cancel();
    });
  }
  asio::awaitable<HttpResponse> wait() {
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
  std::optional<HttpResponse> response_;
};

// Answers find their way only as long as the server is there.
struct Door {
  std::mutex mutex;
  bool is_open = true;
};

}  // namespace

struct HttpServer::State {
  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  Handler handler;
  std::shared_ptr<Door> door = std::make_shared<Door>();
  std::thread thread;

  asio::awaitable<void> accept_all();
  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<HttpResponse> ask(HttpRequest request);
};

asio::awaitable<HttpResponse> HttpServer::State::ask(HttpRequest request) {
  auto mail = std::make_shared<Mail>(context);
  handler(std::move(request), [mail, open = door](HttpResponse response) {
    const std::lock_guard lock(open->mutex);
    if (open->is_open) mail->deliver(std::move(response));
  });
  co_return co_await mail->wait();
}

asio::awaitable<void> HttpServer::State::serve(tcp::socket socket) {
  std::string octets;
  asio::error_code error;
  bool keep_alive = true;
  while (keep_alive && !error) {
    HttpRequest request;
    std::size_t consumed = 0;
    const HttpParse parsed = parse_http_request(octets, request, consumed);
    HttpResponse response{400, {}};
    if (parsed == HttpParse::kIncomplete) {
      char chunk[4096];
      const std::size_t count = co_await socket.async_read_some(
          asio::buffer(chunk),
          asio::redirect_error(asio::use_awaitable, error));
      octets.append(chunk, count);
      continue;
    }
    keep_alive = parsed == HttpParse::kComplete && request.keep_alive;
    if (parsed == HttpParse::kComplete) {
      octets.erase(0, consumed);
      response = co_await ask(std::move(request));
    }
    const std::string answer = to_octets(response, keep_alive);
    co_await asio::async_write(
        socket, asio::buffer(answer),
        asio::redirect_error(asio::use_awaitable, error));
  }
}

asio::awaitable<void> HttpServer::State::accept_all() {
  while (acceptor.is_open()) {
    asio::error_code error;
    tcp::socket socket = co_await acceptor.async_accept(
        asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      asio::error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      asio::co_spawn(context, serve(std::move(socket)), asio::detached);
      continue;
    }
    // Out of descriptors, perhaps: not round and round meanwhile.
    asio::steady_timer pause(context, std::chrono::milliseconds(100));
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

HttpServer::HttpServer(std::unique_ptr<State> state)
    : state_(std::move(state)) {
  asio::co_spawn(state_->context, state_->accept_all(), asio::detached);
  const daemons::BlockedSignals blocked;
  state_->thread = std::thread([this] { state_->context.run(); });
}

std::unique_ptr<HttpServer> HttpServer::open(std::uint16_t port,
                                             Handler handler,
                                             std::string& error) {
  auto state = std::make_unique<State>();
  state->handler = std::move(handler);
  const tcp::endpoint place(asio::ip::address_v4::loopback(), port);
  asio::error_code failure;
  state->acceptor.open(place.protocol(), failure);
  if (!failure) {
    state->acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
  }
  if (!failure) state->acceptor.bind(place, failure);
  if (!failure) {
    state->acceptor.listen(asio::socket_base::max_listen_connections, failure);
  }
  if (!failure) {
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
  }
  error = "127.0.0.1:" + std::to_string(port) + ": " + failure.message();
  return nullptr;
}

HttpServer::~HttpServer() {
  {
    const std::lock_guard lock(state_->door->mutex);
    state_->door->is_open = false;
  }
  state_->context.stop();
  state_->thread.join();
}

std::uint16_t HttpServer::port() const {
  return state_->acceptor.local_endpoint().port();
}

}  // namespace doveauth
