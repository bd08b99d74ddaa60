#pragma once

// A store and its time, for tests that run against each kind of store.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "limits/embedded_store.h"
#include "limits/limit_store.h"
#include "limits/redis_store.h"
#include "tests/daemon/temporary_directory.h"

namespace limits_test {

class StoreWorld {
 public:
  virtual ~StoreWorld() = default;

  virtual limits::LimitStore& store() = 0;
  // Lets time pass; Redis' own clock cannot be turned, so there every bucket
  // is moved back instead.
  virtual void advance(std::int64_t microseconds) = 0;
  // The store goes and comes back.
  virtual void restart() = 0;

  limits::StoreAnswer look(const std::vector<limits::LimitUse>& uses);
  limits::StoreAnswer spend(const std::vector<limits::LimitUse>& uses);
  limits::StoreAnswer give_back(const std::vector<limits::LimitUse>& uses);
};

class EmbeddedWorld final : public StoreWorld {
 public:
  EmbeddedWorld();

  limits::LimitStore& store() override { return *store_; }
  void advance(std::int64_t microseconds) override { now_ += microseconds; }
  void restart() override;

  void stop() { store_.reset(); }
  // Ticks until the writer has done all it was given.
  void tick_until(const std::function<bool()>& done);
  std::string directory() const { return directory_.path("state"); }
  void set_now(std::int64_t now) { now_ = now; }
  std::int64_t now() const { return now_; }
  std::vector<std::string> told();

 private:
  test::TemporaryDirectory directory_;
  std::int64_t now_ = 1'800'000'000'000'000;
  std::mutex mutex_;  // the store's thread tells, too
  std::vector<std::string> told_;
  std::unique_ptr<limits::EmbeddedStore> store_;
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

  limits::LimitStore& store() override { return *store_; }
  void advance(std::int64_t microseconds) override;
  void restart() override;

  RedisServer& server() { return server_; }
  std::vector<std::string> told();

 private:
  RedisServer server_;
  std::mutex mutex_;
  std::vector<std::string> told_;
  std::unique_ptr<limits::RedisStore> store_;
};

}  // namespace limits_test
