#pragma once

// A store and its time, for tests that run against each kind of store.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "policy/policyd/embedded_store.h"
#include "policy/policyd/limit_store.h"
#include "policy/policyd/redis_store.h"
#include "tests/daemon/temporary_directory.h"

namespace policyd_test {

class StoreWorld {
 public:
  virtual ~StoreWorld() = default;

  virtual policyd::LimitStore& store() = 0;
  // Lets time pass; Redis' own clock cannot be turned, so there every bucket
  // is moved back instead.
  virtual void advance(std::int64_t microseconds) = 0;
  // The store goes and comes back.
  virtual void restart() = 0;

  policyd::StoreAnswer look(const std::vector<policyd::LimitUse>& uses);
  policyd::StoreAnswer spend(const std::vector<policyd::LimitUse>& uses);
};

class EmbeddedWorld final : public StoreWorld {
 public:
  EmbeddedWorld();

  policyd::LimitStore& store() override { return *store_; }
  void advance(std::int64_t microseconds) override { now_ += microseconds; }
  void restart() override;

  void stop() { store_.reset(); }
  // Ticks until the writer has done all it was given.
  void tick_until(const std::function<bool()>& done);
  std::string directory() const { return directory_.path("state"); }
  void set_now(std::int64_t now) { now_ = now; }
  std::int64_t now() const { return now_; }
  std::vector<std::string>& told() { return told_; }

 private:
  test::TemporaryDirectory directory_;
  std::int64_t now_ = 1'800'000'000'000'000;
  std::vector<std::string> told_;
  std::unique_ptr<policyd::EmbeddedStore> store_;
};

// redis-server on a unix socket, in a directory of its own.
class RedisServer {
 public:
  RedisServer();
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::string socket() const { return directory_.path("redis.sock"); }
  void start();
  void stop();
  void pause(bool paused) const;  // SIGSTOP, SIGCONT
  // The reply to a command, as text; arrays have a line for each element.
  std::string command(const std::vector<std::string>& words) const;
  std::vector<std::string> keys() const;

 private:
  test::TemporaryDirectory directory_;
  pid_t pid_ = -1;
};

class RedisWorld final : public StoreWorld {
 public:
  RedisWorld();

  policyd::LimitStore& store() override { return *store_; }
  void advance(std::int64_t microseconds) override;
  void restart() override;

  RedisServer& server() { return server_; }
  std::vector<std::string> told();

 private:
  RedisServer server_;
  std::mutex mutex_;
  std::vector<std::string> told_;
  std::unique_ptr<policyd::RedisStore> store_;
};

}  // namespace policyd_test
