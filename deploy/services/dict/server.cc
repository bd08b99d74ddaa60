#include "deploy/services/dict/server.h"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <list>
#include <utility>

#include "deploy/services/dict/connection.h"

namespace dict {
namespace {

using Protocol = asio::local::stream_protocol;

// Out of descriptors, perhaps: not round and round meanwhile.
constexpr std::chrono::milliseconds kPause{100};
constexpr std::chrono::milliseconds kStopStep{5};

asio::awaitable<void> accept_all(Shared& shared, Protocol::acceptor& acceptor,
                                 Service& service) {
  while (acceptor.is_open()) {
    asio::error_code error;
    Protocol::socket socket = co_await acceptor.async_accept(
        asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      auto connection = std::make_shared<Connection>(shared, std::move(socket));
      asio::co_spawn(acceptor.get_executor(),
                     Connection::serve(std::move(connection), service),
                     asio::detached);
    } else if (acceptor.is_open()) {
      asio::steady_timer pause(acceptor.get_executor(), kPause);
      co_await pause.async_wait(
          asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

}  // namespace

struct Server::State {
  Shared shared;
  std::list<Protocol::acceptor> acceptors;

  asio::awaitable<void> drain(std::chrono::milliseconds patience);
};

asio::awaitable<void> Server::State::drain(std::chrono::milliseconds patience) {
  for (Protocol::acceptor& acceptor : acceptors) acceptor.close();
  asio::steady_timer step(shared.loop->context());
  const auto owes = [](const Connection* each) { return each->owes(); };
  for (auto waited = kStopStep * 0; waited < patience; waited += kStopStep) {
    if (std::none_of(shared.connections.begin(), shared.connections.end(),
                     owes)) {
      break;
    }
    asio::error_code ignored;
    step.expires_after(kStopStep);
    co_await step.async_wait(
        asio::redirect_error(asio::use_awaitable, ignored));
  }
  shared.loop->context().stop();
}

Server::Server() : state_(std::make_unique<State>()) {}
// The connections in the loop's coroutines go before what they share.
Server::~Server() {
  state_->acceptors.clear();
  state_->shared.loop->destroy();
}

void Server::listen(int descriptor, Service& service) {
  auto& acceptor = state_->acceptors.emplace_back(
      state_->shared.loop->context(), Protocol(), descriptor);
  asio::co_spawn(state_->shared.loop->context(),
                 accept_all(state_->shared, acceptor, service), asio::detached);
}

void Server::run() {
  state_->shared.loop->run();
  for (Connection* each : state_->shared.connections) each->close();
}

void Server::stop(std::chrono::milliseconds patience) {
  asio::co_spawn(state_->shared.loop->context(), state_->drain(patience),
                 asio::detached);
}

std::shared_ptr<Loop> Server::loop() const { return state_->shared.loop; }

std::size_t Server::connections() const { return state_->shared.count; }

}  // namespace dict
