#include "tests/limits/store_world.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <future>
#include <thread>

#include "daemon/socket_place.h"

namespace limits_test {
namespace {

using limits::LimitUse;
using limits::StoreAnswer;

using Asking =
    std::function<std::optional<StoreAnswer>(const limits::LimitStore::Later&)>;

StoreAnswer wait_for(const Asking& ask) {
  auto answer = std::make_shared<std::promise<StoreAnswer>>();
  std::future<StoreAnswer> future = answer->get_future();
  const auto at_once = ask([answer] {
    return [answer](const StoreAnswer& given) { answer->set_value(given); };
  });
  if (at_once) return *at_once;
  REQUIRE(future.wait_for(std::chrono::seconds(10)) ==
          std::future_status::ready);
  return future.get();
}

std::string text_of(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      return std::to_string(reply.integer);
    case REDIS_REPLY_ARRAY: {
      std::string lines;
      for (std::size_t i = 0; i < reply.elements; ++i) {
        lines += text_of(*reply.element[i]) + "\n";
      }
      return lines;
    }
    case REDIS_REPLY_NIL:
      return "nil";
    default:
      return {reply.str, reply.len};
  }
}

}  // namespace

StoreAnswer StoreWorld::look(const std::vector<LimitUse>& uses) {
  return wait_for([&](const limits::LimitStore::Later& later) {
    return store().look(uses, later);
  });
}

StoreAnswer StoreWorld::spend(const std::vector<LimitUse>& uses) {
  return wait_for([&](const limits::LimitStore::Later& later) {
    return store().spend(uses, later);
  });
}

StoreAnswer StoreWorld::give_back(const std::vector<LimitUse>& uses) {
  return wait_for([&](const limits::LimitStore::Later& later) {
    return store().give_back(uses, later);
  });
}

EmbeddedWorld::EmbeddedWorld() { restart(); }

void EmbeddedWorld::restart() {
  store_.reset();
  limits::EmbeddedStoreOptions options;
  options.directory = directory();
  options.now = [this] { return now_; };
  options.tell = [this](const std::string& line) {
    const std::lock_guard lock(mutex_);
    told_.push_back(line);
  };
  std::string error;
  store_ = limits::EmbeddedStore::open(std::move(options), error);
  INFO(error);
  REQUIRE(store_ != nullptr);
}

std::vector<std::string> EmbeddedWorld::told() {
  const std::lock_guard lock(mutex_);
  return told_;
}

void EmbeddedWorld::tick_until(const std::function<bool()>& done) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!done() && std::chrono::steady_clock::now() < deadline) {
    store_->tick();
    std::this_thread::yield();
  }
  REQUIRE(done());
}

RedisServer::RedisServer() { start(); }

RedisServer::~RedisServer() { stop(); }

void RedisServer::start() {
  const std::string path = socket();
  const std::string folder = directory_.path();
  pid_ = fork();
  if (pid_ == 0) {
    const int log =
        open((folder + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
           path.c_str(), "--dir", folder.c_str(), "--save", "", "--appendonly",
           "no", "--daemonize", "no", nullptr);
    _exit(127);
  }
  for (int i = 0; i < 500; ++i) {
    const int connection = daemons::connect_to(path);
    if (connection >= 0) {
      close(connection);
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  FAIL("redis-server did not start");
}

void RedisServer::stop() {
  if (pid_ <= 0) return;
  kill(pid_, SIGCONT);
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  unlink(socket().c_str());
  pid_ = -1;
}

void RedisServer::pause(bool paused) const {
  kill(pid_, paused ? SIGSTOP : SIGCONT);
  // Until it stands still.
  int status = 0;
  if (paused) waitpid(pid_, &status, WUNTRACED);
}

std::string RedisServer::command(const std::vector<std::string>& words) const {
  const std::unique_ptr<redisContext, void (*)(redisContext*)> context(
      redisConnectUnix(socket().c_str()), redisFree);
  REQUIRE(context->err == 0);
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    lengths.push_back(word.size());
  }
  void* raw = redisCommandArgv(context.get(), static_cast<int>(texts.size()),
                               texts.data(), lengths.data());
  REQUIRE(raw != nullptr);
  std::string text = text_of(*static_cast<redisReply*>(raw));
  freeReplyObject(raw);
  return text;
}

std::vector<std::string> RedisServer::keys() const {
  std::vector<std::string> found;
  std::string rest = command({"KEYS", "*"});
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    found.push_back(rest.substr(0, end));
    rest.erase(0, end + 1);
  }
  return found;
}

RedisWorld::RedisWorld() { restart(); }

void RedisWorld::restart() {
  // As in the daemons (daemon/signals.h).
  std::signal(SIGPIPE, SIG_IGN);
  store_.reset();
  limits::RedisStoreOptions options;
  options.place.path = server_.socket();
  options.post = [](const std::function<void()>& call) { call(); };
  options.tell = [this](const std::string& line) {
    const std::lock_guard lock(mutex_);
    told_.push_back(line);
  };
  store_ = std::make_unique<limits::RedisStore>(std::move(options));
}

void RedisWorld::advance(std::int64_t microseconds) {
  for (const std::string& key : server_.keys()) {
    server_.command({"DECRBY", key, std::to_string(microseconds)});
  }
}

std::vector<std::string> RedisWorld::told() {
  const std::lock_guard lock(mutex_);
  return told_;
}

}  // namespace limits_test
