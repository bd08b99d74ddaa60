// What policyd_bench compares with: a bare asio server, a coroutine for each
// connection, one thread, that answers DUNNO to whatever ends in an empty line.
//   dunno_server PATH

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <cstdio>
#include <string_view>
#include <utility>

#include "daemon/readiness.h"

namespace {

using asio::awaitable;
using asio::local::stream_protocol;

constexpr std::string_view kAnswer = "action=DUNNO\n\n";

awaitable<void> serve(stream_protocol::socket socket) {
  std::array<char, 4096> buffer{};
  std::size_t held = 0;
  asio::error_code error;
  while (true) {
    const std::size_t count = co_await socket.async_read_some(
        asio::buffer(buffer.data() + held, buffer.size() - held),
        asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    held += count;
    if (!std::string_view(buffer.data(), held).ends_with("\n\n")) continue;
    held = 0;
    co_await asio::async_write(
        socket, asio::buffer(kAnswer),
        asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
  }
}

awaitable<void> accept(stream_protocol::acceptor acceptor) {
  while (true) {
    asio::error_code error;
    auto socket = co_await acceptor.async_accept(
        asio::redirect_error(asio::use_awaitable, error));
    if (error) continue;
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)),
                   asio::detached);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: dunno_server PATH\n");
    return 2;
  }
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  asio::io_context context(1);
  stream_protocol::acceptor acceptor(context,
                                     stream_protocol::endpoint(argv[1]));
  asio::co_spawn(context, accept(std::move(acceptor)), asio::detached);
  daemons::notify_ready("answering DUNNO");
  context.run();
  return 0;
}
