#pragma once

// The DNS thread of an UnboundResolver.
//
// What is shared with callers (cache, queue, lookups under way) is behind one
// mutex; the event loop, the contexts and the queries belong to the thread
// alone.  A query lives until libunbound has called back, even when its
// waiters were told of a time-out before.

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dkim/key_cache.h"
#include "dkim/shared_lookup.h"
#include "dkim/unbound_context.h"
#include "dkim/unbound_resolver.h"

namespace dkim {

struct EventBaseDeleter {
  void operator()(event_base* base) const { event_base_free(base); }
};
struct EventDeleter {
  void operator()(event* e) const { event_free(e); }
};
using EventBase = std::unique_ptr<event_base, EventBaseDeleter>;
using Event = std::unique_ptr<event, EventDeleter>;

class UnboundResolver::Worker {
 public:
  explicit Worker(UnboundOptions options);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  // Contexts, loop and thread; an error in words, or nothing.
  std::string run();
  std::unique_ptr<KeyLookup> start(std::string_view name, Freshness freshness);
  Counters counters() const;

 private:
  struct Request {
    std::string name;
    Freshness freshness = Freshness::kCacheAllowed;
    std::shared_ptr<SharedLookup> lookup;
  };
  struct Query {
    Worker* worker = nullptr;
    Request request;
    Event timer;
    bool in_start = false;   // libunbound has not returned yet
    UnboundContext context;  // of a fresh lookup
  };
  using UnderWay =
      std::unordered_map<std::string, std::shared_ptr<SharedLookup>>;

  static void on_wake(int fd, short events, void* worker);
  static void on_timeout(int fd, short events, void* query);
  static void on_sweep(int fd, short events, void* worker);
  static void on_answer(void* query, int rcode, void* packet, int size,
                        int security, char* why_bogus, int rate_limited);

  // In the DNS thread.
  void loop();
  void take_requests();
  void start_query(Request request);
  void finish_query(Query* query, const KeyAnswer& answer, std::uint32_t ttl);
  ub_ctx* context_for(Query& query);
  std::chrono::milliseconds patience_for(const Request& request);
  void settle(const Request& request, const KeyAnswer& answer);

  // With the mutex held.
  std::optional<KeyAnswer> known(const std::string& name, Freshness freshness);
  std::shared_ptr<SharedLookup> join(const std::string& name,
                                     Freshness freshness) const;
  KeyAnswer remember(const Request& request, KeyAnswer answer,
                     std::uint32_t ttl);
  UnderWay& under_way(Freshness freshness);
  void wake() const;

  const UnboundOptions options_;
  int wake_fd_ = -1;
  std::thread thread_;

  // Of the DNS thread.  The contexts go before the loop they run on.
  EventBase base_;
  UnboundContext context_;
  // Contexts of finished fresh lookups: one cannot go in its own callback.
  std::vector<UnboundContext> finished_contexts_;
  Event wake_event_;
  std::map<const Query*, std::unique_ptr<Query>> queries_;

  mutable std::mutex mutex_;
  bool stopping_ = false;
  KeyCache cache_;
  std::deque<Request> requests_;
  UnderWay under_way_;
  UnderWay fresh_under_way_;
  Counters counters_;
};

}  // namespace dkim
