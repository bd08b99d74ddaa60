#pragma once

// Limits that survive a restart, or that several front ends share: the store
// that chatmail-policyd has (limits/), behind doveauth's questions.
//
// They come from many threads, the store is for one, and a Redis answers
// later: so one asks at a time, and waits.  The store has its own clock, and
// the one given here is not looked at.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "daemon/settings.h"
#include "deploy/services/doveauth/limit_store.h"
#include "limits/clock.h"
#include "limits/limit_store.h"

namespace doveauth {

class KeptLimits final : public LimitStore {
 public:
  // `tell` gets lines for the log, from any thread.  A directory that cannot
  // be used is told of, and then nothing survives.  `limits_store` names a
  // store (limits/choice.h).
  static std::unique_ptr<LimitStore> open(
      const daemons::Settings& settings,
      const std::function<void(const std::string&)>& tell);
  ~KeptLimits() override;
  KeptLimits(const KeptLimits&) = delete;
  KeptLimits& operator=(const KeptLimits&) = delete;

  bool has_room(const std::string& key, const Rate& rate, std::uint64_t count,
                double now) override;
  std::optional<std::uint64_t> spend(const std::string& key, const Rate& rate,
                                     double now) override;
  void give_back(const std::string& key, const Rate& rate) override;

 private:
  KeptLimits() = default;
  limits::StoreAnswer wait_for(
      const std::function<std::optional<limits::StoreAnswer>(
          const limits::LimitStore::Later&)>& ask);
  void tick();

  limits::Clock clock_;
  std::mutex mutex_;  // of the store
  std::unique_ptr<limits::LimitStore> store_;
  std::mutex ending_mutex_;
  std::condition_variable ending_;
  bool is_ending_ = false;
  std::thread ticks_;
};

}  // namespace doveauth
