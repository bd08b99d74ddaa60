#include "deploy/services/dict/server.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "daemon/privilege.h"
#include "daemon/socket_place.h"
#include "tests/daemon/temporary_directory.h"
#include "tests/services/dict/memory_service.h"

namespace {

// Answers lookups from other threads, each after as many rounds as its key
// says; "never" not at all.
class ThreadedService final : public test::MemoryService {
 public:
  ~ThreadedService() override { join(); }
  void look_up(dict::Lookup lookup, dict::Reply reply) override {
    threads_.emplace_back(
        [key = std::move(lookup.key), owed = std::move(reply)]() mutable {
          if (key == "never") return;
          for (int i = std::stoi(key); i > 0; --i) std::this_thread::yield();
          owed.found(key);
        });
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::vector<std::thread> threads_;
};

class Running {
 public:
  explicit Running(dict::Service& service) {
    std::string error;
    const int listening = daemons::listen_on(path(), {}, error);
    REQUIRE(listening >= 0);
    server_.listen(listening, service);
    thread_ = std::thread([this] { server_.run(); });
  }
  ~Running() { stop(); }
  void stop() {
    if (!thread_.joinable()) return;
    server_.stop(std::chrono::seconds(5));
    thread_.join();
  }
  std::string path() const { return directory_.path("dict"); }
  dict::Server& server() { return server_; }

 private:
  test::TemporaryDirectory directory_;
  dict::Server server_;
  std::thread thread_;
};

void say(int client, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = send(client, text.data(), text.size(), MSG_NOSIGNAL);
    REQUIRE(count > 0);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

// Up to `size` octets, or the end.
std::string hear(int client, std::size_t size) {
  std::string heard;
  char chunk[4096];
  while (heard.size() < size) {
    const ssize_t count = read(client, chunk, sizeof chunk);
    if (count <= 0) break;
    heard.append(chunk, static_cast<std::size_t>(count));
  }
  return heard;
}

// In a process of its own: connects `count` times, asks on each, and tells by
// its exit status whether all were answered while all were open.
int ask_on_many(const std::string& path, int count) {
  std::vector<int> clients;
  for (int i = 0; i < count; ++i) {
    const int client = daemons::connect_to(path);
    if (client < 0) return 2;
    clients.push_back(client);
  }
  const std::string_view request = "H3\t2\t0\t\tauth\nLshared/x\tann\n";
  for (int round = 0; round < 2; ++round) {
    for (const int client : clients) {
      if (send(client, request.data(), request.size(), MSG_NOSIGNAL) < 0) {
        return 3;
      }
    }
    for (const int client : clients) {
      if (hear(client, 7) != "Ovalue\n") return 4;
    }
  }
  return 0;
}

}  // namespace

TEST_CASE("a client that says all and shuts its side gets all answers") {
  ThreadedService service;
  Running running(service);
  const int client = daemons::connect_to(running.path());
  REQUIRE(client >= 0);
  std::string expected;
  for (int i = 50; i > 0; --i) {
    say(client, "L" + std::to_string(i * 10) + "\tann\n");
    expected += "O" + std::to_string(i * 10) + "\n";
  }
  say(client, "Lnever\tann\n");
  expected += "Fno answer\n";
  shutdown(client, SHUT_WR);
  CHECK(hear(client, std::string::npos) == expected);
  close(client);
}

TEST_CASE("a client that does not read delays nobody else") {
  test::MemoryService service;
  service.values[{"", "shared/x"}] = {std::string(60'000, 'x')};
  service.values[{"", "shared/y"}] = {"value"};
  Running running(service);
  const int deaf = daemons::connect_to(running.path());
  const int other = daemons::connect_to(running.path());
  REQUIRE((deaf >= 0 && other >= 0));
  constexpr std::size_t requests = 200;
  for (std::size_t i = 0; i < requests; ++i) say(deaf, "Lshared/x\tann\n");
  say(other, "Lshared/y\tann\n");
  CHECK(hear(other, 7) == "Ovalue\n");
  CHECK(hear(deaf, requests * 60'002).size() == requests * 60'002);
  close(deaf);
  close(other);
}

TEST_CASE("answers that are owed at the stop are still given") {
  ThreadedService service;
  Running running(service);
  const int client = daemons::connect_to(running.path());
  REQUIRE(client >= 0);
  say(client, "L1\tann\n");
  CHECK(hear(client, 3) == "O1\n");
  say(client, "L20000\tann\n");
  // Its place in the row: the second request has been read once this is.
  say(client, "L1\tann\n");
  pollfd readable{client, POLLIN, 0};
  REQUIRE(poll(&readable, 1, 10'000) == 1);
  running.stop();
  CHECK(hear(client, std::string::npos) == "O20000\nO1\n");
  CHECK(daemons::connect_to(running.path()) < 0);
  close(client);
  service.join();
}

TEST_CASE("replies may outlive the server") {
  ThreadedService service;
  auto running = std::make_unique<Running>(service);
  const int client = daemons::connect_to(running->path());
  REQUIRE(client >= 0);
  say(client, "L1\tann\nL200000\tann\n");
  CHECK(hear(client, 3) == "O1\n");
  close(client);
  running.reset();
  service.join();
}

TEST_CASE("ten thousand connections are held by one thread") {
  constexpr int count = 10'000;
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE(before.rlim_max > count + 100);
  REQUIRE(daemons::raise_file_limit() == std::nullopt);
  test::MemoryService service;
  service.values[{"", "shared/x"}] = {"value"};
  Running running(service);
  // Made before a thread holds a lock that the child would inherit.
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(ask_on_many(running.path(), count));
  std::size_t most = 0;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    most = std::max(most, running.server().connections());
    std::this_thread::yield();
  }
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(most == count);
  setrlimit(RLIMIT_NOFILE, &before);
}
