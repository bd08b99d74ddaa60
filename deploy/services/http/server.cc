#include "deploy/services/http/server.h"

#include <sys/socket.h>

#include <asio/basic_socket_acceptor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <list>
#include <thread>
#include <utility>

#include "daemon/signals.h"
#include "deploy/services/http/connection.h"
#include "deploy/services/http/limits.h"

namespace http {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

// Out of descriptors, perhaps: not round and round meanwhile.
constexpr std::chrono::milliseconds kPause{100};
constexpr std::chrono::milliseconds kDrainStep{5};

int family_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  return address.ss_family;
}

}  // namespace

struct Server::State {
  Shared shared;
  std::unique_ptr<asio::io_context> context =
      std::make_unique<asio::io_context>(1);
  std::list<Acceptor> acceptors;
  std::thread thread;

  asio::awaitable<void> accept_all(Acceptor& acceptor);
  asio::awaitable<void> drain(std::chrono::milliseconds patience);
  void welcome(Socket socket);
};

void Server::State::welcome(Socket socket) {
  const bool is_full = shared.connections >= shared.most_connections;
  auto connection =
      std::make_shared<Connection>(shared, *context, std::move(socket));
  asio::co_spawn(*context,
                 is_full ? Connection::turn_away(std::move(connection))
                         : Connection::serve(std::move(connection)),
                 asio::detached);
}

asio::awaitable<void> Server::State::accept_all(Acceptor& acceptor) {
  while (acceptor.is_open()) {
    asio::error_code error;
    Socket socket(*context);
    co_await acceptor.async_accept(
        socket, asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      welcome(std::move(socket));
    } else if (acceptor.is_open()) {
      asio::steady_timer pause(*context, kPause);
      co_await pause.async_wait(
          asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

asio::awaitable<void> Server::State::drain(std::chrono::milliseconds patience) {
  shared.is_draining = true;
  for (Acceptor& acceptor : acceptors) acceptor.close();
  asio::steady_timer step(*context);
  for (auto waited = kDrainStep * 0; waited < patience && shared.busy > 0;
       waited += kDrainStep) {
    asio::error_code ignored;
    step.expires_after(kDrainStep);
    co_await step.async_wait(
        asio::redirect_error(asio::use_awaitable, ignored));
  }
  context->stop();
}

Server::Server(const std::vector<int>& listening, Callbacks callbacks)
    : Server(listening, std::move(callbacks), {kRequestPatience, kIdlePatience},
             kMaxConnections) {}

Server::Server(const std::vector<int>& listening, Callbacks callbacks,
               Patience patience, std::size_t most_connections)
    : state_(std::make_unique<State>()) {
  state_->shared.callbacks = std::move(callbacks);
  state_->shared.patience = patience;
  state_->shared.most_connections = most_connections;
  for (const int descriptor : listening) {
    const asio::generic::stream_protocol protocol(family_of(descriptor), 0);
    auto& acceptor =
        state_->acceptors.emplace_back(*state_->context, protocol, descriptor);
    asio::co_spawn(*state_->context, state_->accept_all(acceptor),
                   asio::detached);
  }
  const daemons::BlockedSignals blocked;
  state_->thread =
      std::thread([state = state_.get()] { state->context->run(); });
}

void Server::drain(std::chrono::milliseconds patience) {
  if (!state_->thread.joinable()) return;
  asio::co_spawn(*state_->context, state_->drain(patience), asio::detached);
  state_->thread.join();
}

Server::~Server() {
  {
    const std::lock_guard lock(state_->shared.door->mutex);
    state_->shared.door->is_open = false;
  }
  state_->context->stop();
  if (state_->thread.joinable()) state_->thread.join();
  // The connections in the context's coroutines go before what they share.
  state_->acceptors.clear();
  state_->context.reset();
}

}  // namespace http
