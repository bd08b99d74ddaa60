// Against a service that answers as the test says, in a thread of the test.

#include "milter/policyd_limits.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/daemon/temporary_directory.h"

namespace {

using Kind = policy::SpendAnswer::Kind;
using std::chrono::milliseconds;

// Answers each request on each connection with `answer`; "" closes instead,
// "silence" says nothing.
class StubService {
 public:
  explicit StubService(std::string path) : path_(std::move(path)) { start(); }
  ~StubService() { stop(); }
  StubService(const StubService&) = delete;
  StubService& operator=(const StubService&) = delete;

  void start() {
    std::string error;
    listening_ = daemons::listen_on(path_, {}, error);
    REQUIRE(listening_ >= 0);
    stops_ = false;
    thread_ = std::thread([this] { serve(); });
  }
  void stop() {
    stops_ = true;
    if (thread_.joinable()) thread_.join();
    close(listening_);
    unlink(path_.c_str());
  }
  void say(const std::string& answer) {
    const std::lock_guard lock(mutex_);
    answer_ = answer;
  }
  int connections() const { return connections_; }
  std::string last_request() {
    const std::lock_guard lock(mutex_);
    return request_;
  }

 private:
  void serve() {
    std::vector<pollfd> waited = {{listening_, POLLIN, 0}};
    while (!stops_) {
      poll(waited.data(), waited.size(), 10);
      if (waited[0].revents != 0) {
        waited.push_back({accept(listening_, nullptr, nullptr), POLLIN, 0});
        ++connections_;
        continue;
      }
      for (std::size_t i = 1; i < waited.size(); ++i) {
        if (waited[i].fd >= 0 && waited[i].revents != 0) answer(waited[i].fd);
      }
    }
    for (std::size_t i = 1; i < waited.size(); ++i) {
      if (waited[i].fd >= 0) close(waited[i].fd);
    }
  }

  void answer(int& client) {
    char chunk[8192];
    const ssize_t count = recv(client, chunk, sizeof chunk, 0);
    const std::lock_guard lock(mutex_);
    if (count > 0) request_.assign(chunk, static_cast<std::size_t>(count));
    if (count > 0 && answer_ == "silence") return;
    if (count <= 0 || answer_.empty()) {
      close(client);
      client = -1;
      return;
    }
    // In two pieces.
    send(client, answer_.data(), 5, MSG_NOSIGNAL);
    std::this_thread::sleep_for(milliseconds(2));
    send(client, answer_.data() + 5, answer_.size() - 5, MSG_NOSIGNAL);
  }

  std::string path_;
  int listening_ = -1;
  std::atomic<bool> stops_ = false;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::string answer_ = "action=DUNNO\n\n";
  std::string request_;
  std::thread thread_;
};

struct World {
  World() {
    spend.login = "alice@relay.example";
    spend.recipient_count = 3;
  }
  policy::SpendAnswer ask() { return limits.spend(spend); }

  test::TemporaryDirectory directory;
  std::string path = directory.path("policyd.sock");
  StubService service{path};
  milter::PolicydLimits limits{{true, path, "unix:" + path}, milliseconds(300)};
  policy::Spend spend;
};

}  // namespace

TEST_CASE("a message is counted, over one connection") {
  World world;
  for (int i = 0; i < 20; ++i) CHECK(world.ask().kind == Kind::kGranted);
  CHECK(world.service.connections() == 1);
  CHECK(world.service.last_request().find("login=alice@relay.example\n") !=
        std::string::npos);
  CHECK(world.service.last_request().find("recipient_count=3\n") !=
        std::string::npos);
}

TEST_CASE("too much comes with the reply and the word of the rule") {
  World world;
  world.service.say(
      "action=450 4.7.1: Too much mail from <a>, wait 7 s\nreason=rate-join\n"
      "\n");
  const policy::SpendAnswer answer = world.ask();
  CHECK(answer.kind == Kind::kTooMuch);
  CHECK(answer.reply == "450 4.7.1: Too much mail from <a>, wait 7 s");
  CHECK(answer.reason == "rate-join");
}

TEST_CASE("what is no answer in time is a temporary error") {
  World world;
  for (const char* answer :
       {"silence", "", "action=MAYBE\n\n", "no answer\n\n",
        "action=451 4.3.0 Limits cannot be asked, try again later\n\n"}) {
    CAPTURE(answer);
    world.service.say(answer);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(world.ask().kind == Kind::kTemporaryError);
    CHECK(std::chrono::steady_clock::now() - begin < milliseconds(2000));
  }
  world.service.say("action=DUNNO\n\n");
  CHECK(world.ask().kind == Kind::kGranted);
  world.service.say(std::string(5000, 'x') + "\n\n");
  CHECK(world.ask().kind == Kind::kTemporaryError);
}

TEST_CASE("a service that was restarted is asked again, one that is away not") {
  World world;
  CHECK(world.ask().kind == Kind::kGranted);
  world.service.stop();
  CHECK(world.ask().kind == Kind::kTemporaryError);
  world.service.start();
  CHECK(world.ask().kind == Kind::kGranted);
  world.service.stop();
  world.service.start();
  // The kept connection is stale and nobody notices.
  CHECK(world.ask().kind == Kind::kGranted);
}

TEST_CASE("many threads ask at once") {
  World world;
  std::atomic<int> granted = 0;
  std::vector<std::thread> threads;
  threads.reserve(16);
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 5; ++k) {
        granted += world.ask().kind == Kind::kGranted ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(granted > 60);  // the stub is slow, the deadline is short
}

TEST_CASE("what cannot be sent is a temporary error") {
  World world;
  world.spend.login = "a\nlogin=b";
  CHECK(world.ask().kind == Kind::kTemporaryError);
  CHECK(world.service.connections() == 0);
}
