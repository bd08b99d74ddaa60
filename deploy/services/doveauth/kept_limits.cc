#include "deploy/services/doveauth/kept_limits.h"

#include <future>
#include <utility>
#include <vector>

#include "daemon/signals.h"
#include "deploy/services/doveauth/limits.h"
#include "limits/choice.h"

namespace doveauth {
namespace {

using limits::StoreAnswer;

// policyd's buckets may be in the same Redis.
std::vector<limits::LimitUse> use_of(const std::string& key, const Rate& rate,
                                     std::uint64_t count) {
  return {{"doveauth:" + key, {rate.count, rate.period, rate.burst}, count}};
}

}  // namespace

std::unique_ptr<LimitStore> KeptLimits::open(
    const daemons::Settings& settings,
    const std::function<void(const std::string&)>& tell) {
  std::unique_ptr<KeptLimits> kept(new KeptLimits);
  limits::StoreSurroundings surroundings;
  surroundings.directory_key = "doveauth_state_dir";
  surroundings.max_keys = kMaxBuckets;
  surroundings.now = [clock = kept->clock_] { return clock.microseconds(); };
  surroundings.post = [](const std::function<void()>& call) { call(); };
  surroundings.tell = tell;
  std::string error;
  kept->store_ = limits::make_store(settings, surroundings, error);
  if (kept->store_ == nullptr) {
    tell(error + "; limits are forgotten at a restart");
    return std::make_unique<MemoryLimitStore>(kMaxBuckets);
  }
  const daemons::BlockedSignals blocked;
  kept->ticks_ = std::thread([own = kept.get()] { own->tick(); });
  return kept;
}

KeptLimits::~KeptLimits() {
  if (!ticks_.joinable()) return;
  {
    const std::lock_guard lock(ending_mutex_);
    is_ending_ = true;
  }
  ending_.notify_one();
  ticks_.join();
}

void KeptLimits::tick() {
  std::unique_lock lock(ending_mutex_);
  while (!ending_.wait_for(lock, limits::kJournalInterval,
                           [this] { return is_ending_; })) {
    const std::lock_guard store_lock(mutex_);
    store_->tick();
  }
}

StoreAnswer KeptLimits::wait_for(const std::function<std::optional<StoreAnswer>(
                                     const limits::LimitStore::Later&)>& ask) {
  auto later = std::make_shared<std::promise<StoreAnswer>>();
  std::future<StoreAnswer> answered = later->get_future();
  std::optional<StoreAnswer> at_once;
  {
    const std::lock_guard lock(mutex_);
    at_once = ask([&later]() -> limits::LimitStore::Answered {
      return [later](const StoreAnswer& answer) { later->set_value(answer); };
    });
  }
  // It comes: the store has a deadline of its own, and answers what waits when
  // it ends.
  return at_once ? *at_once : answered.get();
}

bool KeptLimits::has_room(const std::string& key, const Rate& rate,
                          std::uint64_t count, double) {
  const auto answer = wait_for([&](const limits::LimitStore::Later& later) {
    return store_->look(use_of(key, rate, count), later);
  });
  return answer.kind != StoreAnswer::Kind::kTooMuch;
}

std::optional<std::uint64_t> KeptLimits::spend(const std::string& key,
                                               const Rate& rate, double) {
  const auto answer = wait_for([&](const limits::LimitStore::Later& later) {
    return store_->spend(use_of(key, rate, 1), later);
  });
  if (answer.kind == StoreAnswer::Kind::kTemporaryError) return std::nullopt;
  return answer.wait;
}

void KeptLimits::give_back(const std::string& key, const Rate& rate) {
  wait_for([&](const limits::LimitStore::Later& later) {
    return store_->give_back(use_of(key, rate, 1), later);
  });
}

}  // namespace doveauth
