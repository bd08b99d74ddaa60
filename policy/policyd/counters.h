#pragma once

// What is counted, in Prometheus' terms.  No series has an address.

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "policy/policyd/request_facts.h"

namespace policyd {

// What an answer says to Postfix or to the milter.
enum class ActionWord : std::uint8_t {
  kDunno,
  kReject,   // 5xx
  kDefer,    // 4xx
  kDiscard,  //
};
inline constexpr std::size_t kActionWords = 4;
std::string_view to_string(ActionWord);

class Counters {
 public:
  Counters();

  // In the server's thread.
  void answered(Occasion occasion, ActionWord word) {
    answers_[static_cast<std::size_t>(occasion)][static_cast<std::size_t>(word)]
        ->Increment();
  }
  void refused(Occasion occasion, std::string_view reason);
  void unusable() { unusable_->Increment(); }
  void no_opinion() { no_opinion_->Increment(); }
  // Limits that were asked: how many were spent; one refused.
  void spent(std::size_t limits) {
    spent_->Increment(static_cast<double>(limits));
  }
  void limit_refused() { limit_refused_->Increment(); }
  void reloaded(bool good) {
    (good ? reloads_good_ : reloads_bad_)->Increment();
  }
  // As they are now.
  void set_gauges(std::size_t connections, std::size_t live_keys);
  void set_broken(std::uint64_t connections);

  // Prometheus' text; from any thread.
  std::string text() const;

 private:
  static constexpr std::size_t kOccasions = 3;
  using Series = prometheus::Counter*;

  prometheus::Registry registry_;
  std::array<std::array<Series, kActionWords>, kOccasions> answers_{};
  prometheus::Family<prometheus::Counter>* reasons_ = nullptr;
  std::array<std::map<std::string, Series, std::less<>>, kOccasions> by_reason_;
  Series unusable_ = nullptr;
  Series no_opinion_ = nullptr;
  Series spent_ = nullptr;
  Series limit_refused_ = nullptr;
  Series reloads_good_ = nullptr;
  Series reloads_bad_ = nullptr;
  Series broken_ = nullptr;
  prometheus::Gauge* connections_ = nullptr;
  prometheus::Gauge* live_keys_ = nullptr;
};

}  // namespace policyd
