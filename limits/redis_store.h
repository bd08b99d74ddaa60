#pragma once

// The limits' buckets in Redis, where several front ends share them.
//
// One script does it all at once and with Redis' own clock, so that front ends
// whose clocks differ agree.  A key goes by itself when its bucket is full.
// Its name is a hash, which keeps addresses out of Redis and one fact's text
// out of the next one's.
//
// hiredis blocks, so it has a thread, which sends what waits in one go; the
// other requests do not wait for a slow Redis.  Redis being away, slow or full
// is a temporary error for those who ask, told once in the log.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "limits/limit_store.h"

struct redisContext;

namespace limits {

struct RedisPlace {
  std::string path;  // of a unix socket; else
  std::string host;
  int port = 0;
};

// "unix:/PATH", "HOST:PORT", "[IPv6]:PORT".
std::optional<RedisPlace> parse_redis_place(std::string_view text);

struct RedisStoreOptions {
  RedisPlace place;
  // Runs something in the thread that asks.
  std::function<void(std::function<void()>)> post;
  // A line for the log; from the store's thread.
  std::function<void(const std::string& line)> tell;
};

class RedisStore final : public LimitStore {
 public:
  explicit RedisStore(RedisStoreOptions options);
  // What waits is answered with a temporary error.
  ~RedisStore() override;
  RedisStore(const RedisStore&) = delete;
  RedisStore& operator=(const RedisStore&) = delete;

  std::optional<StoreAnswer> look(const std::vector<LimitUse>& uses,
                                  const Later& later) override;
  std::optional<StoreAnswer> spend(const std::vector<LimitUse>& uses,
                                   const Later& later) override;
  std::optional<StoreAnswer> give_back(const std::vector<LimitUse>& uses,
                                       const Later& later) override;
  bool answers_at_once() const override { return false; }

 private:
  struct Question {
    std::vector<std::string> words;  // behind EVALSHA and its script
    Answered answered;
  };
  struct Deleter {
    void operator()(redisContext* context) const;
  };

  std::optional<StoreAnswer> ask(const char* what,
                                 const std::vector<LimitUse>& uses,
                                 const Later& later);
  void run();
  void answer(Question& question, const StoreAnswer& answer);
  void ask_redis(std::vector<Question>& questions);
  // Those whose script Redis does not have.
  std::vector<Question> ask_redis(std::vector<Question>& questions,
                                  const char* command,
                                  const std::string& script);
  bool connect();
  void disconnect(const std::string& why);
  void complain(const std::string& why);

  RedisStoreOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Question> waiting_;
  bool stops_ = false;
  // The thread's own.
  std::unique_ptr<redisContext, Deleter> context_;
  std::string script_;  // its name in Redis
  std::int64_t retry_at_ = 0;
  // Redis' clock in front of the steady one, in microseconds: so each question
  // says until when it is one, and what Redis finds after a pause is not done.
  std::int64_t ahead_ = 0;
  bool told_ = false;
  std::thread thread_;
};

}  // namespace limits
