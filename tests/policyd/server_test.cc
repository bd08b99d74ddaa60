#include "policy/policyd/server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <thread>
#include <vector>

#include "daemon/listener.h"
#include "daemon/socket_place.h"
#include "tests/daemon/temporary_directory.h"
#include "tests/policyd/sample_requests.h"
#include "tests/policyd/wire_client.h"

namespace {

using policyd::Attribute;
using policyd_test::recipient_request;
using policyd_test::WireClient;
using policyd_test::with;
using policyd_test::written;
using std::chrono::milliseconds;

// Says who asked; "later" is answered when the test says so.
class Echo final : public policyd::Answerer {
 public:
  std::optional<std::string> answer(const policyd::Request& request,
                                    const Later& later) override {
    const std::string sender(request.value(Attribute::kSender));
    if (sender != "later") return "action=" + sender + "\n\n";
    const std::lock_guard lock(mutex);
    waiting.push_back(later());
    return std::nullopt;
  }

  std::mutex mutex;
  std::vector<Answered> waiting;
};

class RunningServer {
 public:
  explicit RunningServer(policyd::ServerOptions options = {}) {
    options.tell = [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      told_.push_back(line);
    };
    server_ = std::make_unique<policyd::Server>(echo, std::move(options));
    std::string error;
    const auto place = daemons::parse_socket_place("unix:" + path());
    file_ = daemons::open_listener(*place, {}, error);
    INFO(error);
    REQUIRE(file_ >= 0);
    server_->listen(file_);
    thread_ = std::thread([this] { server_->run(); });
  }
  ~RunningServer() {
    server_->stop();
    thread_.join();
  }

  std::string path() const { return directory_.path("policyd.sock"); }
  policyd::Server& server() { return *server_; }
  std::vector<std::string> told() {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  // Waits until the server has as many connections.
  bool has_connections(std::size_t count) const {
    for (int i = 0; i < 1000 && server_->connections() != count; ++i) {
      std::this_thread::sleep_for(milliseconds(10));
    }
    return server_->connections() == count;
  }

  Echo echo;

 private:
  test::TemporaryDirectory directory_;
  std::mutex mutex_;
  std::vector<std::string> told_;
  std::unique_ptr<policyd::Server> server_;
  int file_ = -1;
  std::thread thread_;
};

std::string from(const std::string& sender) {
  return written(with(recipient_request(), "sender", sender));
}

}  // namespace

TEST_CASE("Requests are answered over one connection, in their order") {
  RunningServer server;
  WireClient client(server.path());
  CHECK(client.ask(from("a")) == "action=a");
  CHECK(client.ask(from("b")) == "action=b");
  std::string pipelined;
  for (int i = 0; i < 500; ++i) pipelined += from(std::to_string(i));
  client.send(pipelined);
  for (int i = 0; i < 500; ++i) {
    REQUIRE(client.receive() == "action=" + std::to_string(i));
  }
  CHECK(server.told().empty());
}

TEST_CASE("Octet by octet the answer is the same") {
  RunningServer server;
  WireClient client(server.path());
  for (const char octet : from("slow")) client.send(std::string(1, octet));
  CHECK(client.receive() == "action=slow");
}

TEST_CASE("An answer that comes later keeps the order and delays nobody else") {
  RunningServer server;
  WireClient slow(server.path());
  WireClient quick(server.path());
  slow.send(from("first") + from("later") + from("third"));
  while (true) {
    const std::lock_guard lock(server.echo.mutex);
    if (!server.echo.waiting.empty()) break;
  }
  for (int i = 0; i < 100; ++i) {
    REQUIRE(quick.ask(from("quick")) == "action=quick");
  }
  server.server().post([&] { server.echo.waiting.at(0)("action=second\n\n"); });
  CHECK(slow.receive() == "action=first");
  CHECK(slow.receive() == "action=second");
  CHECK(slow.receive() == "action=third");
}

TEST_CASE(
    "What cannot be read is one line in the log and a closed connection") {
  RunningServer server;
  const std::string bad[] = {"no attribute\n\n", "=x\n\n",
                             std::string("sender=\0\n\n", 11),
                             "sender=" + std::string(65536, 'x') + "\n\n",
                             std::string(100'000, '\n') + "=\n\n"};
  WireClient other(server.path());
  std::size_t lines = 0;
  for (const std::string& octets : bad) {
    WireClient client(server.path());
    client.send(octets);
    std::string last;
    while ((last = client.receive()) == "action=") {
    }
    CHECK(last == "closed");
    CHECK(server.told().size() == ++lines);
    CHECK(other.ask(from("a")) == "action=a");
  }
  CHECK(server.server().broken() == lines);
}

TEST_CASE("A client that leaves in the middle is told of, one at the end not") {
  RunningServer server;
  {
    WireClient client(server.path());
    CHECK(client.ask(from("a")) == "action=a");
  }
  CHECK(server.has_connections(0));
  CHECK(server.told().empty());
  {
    const WireClient client(server.path());
    client.send(from("a").substr(0, 50));
  }
  for (int i = 0; i < 500 && server.told().empty(); ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  CHECK(server.told().size() == 1);
}

TEST_CASE("Half a request and silence is closed, however it drips") {
  policyd::ServerOptions options;
  options.request_timeout = milliseconds(300);
  RunningServer server(options);
  WireClient silent(server.path());
  silent.send(from("a").substr(0, 100));
  WireClient endless(server.path());
  std::atomic<bool> stops = false;
  std::thread drips([&] {
    for (int i = 0; i < 2000 && !stops; ++i) {
      endless.send("a=b\n");
      std::this_thread::sleep_for(milliseconds(10));
    }
  });
  WireClient other(server.path());
  CHECK(other.ask(from("b")) == "action=b");
  CHECK(silent.is_closed());
  CHECK(endless.is_closed());
  stops = true;
  drips.join();
  CHECK(server.told().size() == 2);
  CHECK(other.ask(from("b")) == "action=b");
}

TEST_CASE("A client that asks without end has its turn and no more") {
  RunningServer server;
  WireClient greedy(server.path());
  std::atomic<bool> stops = false;
  const std::string many = [] {
    std::string text;
    for (int i = 0; i < 100; ++i) text += from("greedy");
    return text;
  }();
  std::thread asks([&] {
    while (!stops) greedy.send(many);
  });
  std::thread reads([&] {
    while (!stops && greedy.receive() == "action=greedy") {
    }
  });
  WireClient other(server.path());
  for (int i = 0; i < 200; ++i) {
    REQUIRE(other.ask(from("b")) == "action=b");
  }
  stops = true;
  shutdown(greedy.file(), SHUT_RDWR);
  asks.join();
  reads.join();
}

TEST_CASE("A client that takes no answers is closed") {
  policyd::ServerOptions options;
  options.request_timeout = milliseconds(300);
  RunningServer server(options);
  {
    const WireClient client(server.path());
    const std::string many = [] {
      std::string text;
      for (int i = 0; i < 100; ++i) text += from(std::string(500, 'x'));
      return text;
    }();
    std::thread sends([&] {
      for (int i = 0; i < 200; ++i) client.send(many);
    });
    CHECK(server.has_connections(1));
    CHECK(server.has_connections(0));
    sends.join();
  }
  REQUIRE(server.told().size() == 1);
  CHECK(server.told()[0].find("does not take") != std::string::npos);
}

TEST_CASE("A connection that is not used is closed without a word") {
  policyd::ServerOptions options;
  options.idle_timeout = milliseconds(200);
  RunningServer server(options);
  WireClient client(server.path());
  CHECK(client.ask(from("a")) == "action=a");
  CHECK(client.is_closed());
  CHECK(server.told().empty());
}

TEST_CASE("A drain answers what is under way and closes the rest") {
  RunningServer server;
  WireClient idle(server.path());
  CHECK(idle.ask(from("a")) == "action=a");
  WireClient midway(server.path());
  midway.send(from("b").substr(0, 100));
  WireClient waiting(server.path());
  waiting.send(from("later"));
  while (true) {
    const std::lock_guard lock(server.echo.mutex);
    if (!server.echo.waiting.empty()) break;
  }
  REQUIRE(server.has_connections(3));
  server.server().drain();
  CHECK(idle.is_closed());
  midway.send(from("b").substr(100));
  CHECK(midway.receive() == "action=b");
  CHECK(midway.is_closed());
  server.server().post([&] { server.echo.waiting.at(0)("action=late\n\n"); });
  CHECK(waiting.receive() == "action=late");
  CHECK(waiting.is_closed());
  CHECK(server.has_connections(0));
  WireClient late(server.path());
  CHECK((!late.is_connected() || late.is_closed()));
}

TEST_CASE("Beyond the bound connections are closed, and accepting goes on") {
  policyd::ServerOptions options;
  options.max_connections = 3;
  RunningServer server(options);
  std::vector<WireClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(server.path());
    REQUIRE(clients.back().ask(from("a")) == "action=a");
  }
  for (int i = 0; i < 5; ++i) {
    WireClient surplus(server.path());
    CHECK(surplus.is_closed());
  }
  CHECK(server.told().size() == 1);
  clients.pop_back();
  REQUIRE(server.has_connections(2));
  WireClient client(server.path());
  CHECK(client.ask(from("a")) == "action=a");
}
