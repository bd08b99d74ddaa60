#pragma once

// What is counted, in Prometheus' terms.  All series exist from the start, so
// that a rate can be told from the first event on; an event costs one atomic
// addition.

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "mime/shape.h"
#include "policy/envelope.h"
#include "policy/judgement.h"

namespace milter {

std::string_view to_string(policy::Verdict verdict);

class Counters {
 public:
  Counters();

  // All series of these words exist from now on.
  void add_reasons(const std::vector<std::string>& words);
  void session_opened();
  void session_closed();
  void message_begun();
  void message_ended();
  void judged(policy::Direction direction, const policy::Judgement& judgement);
  // Octets of bodies that were streamed through.
  void body_octets(std::size_t count) {
    octets_->Increment(static_cast<double>(count));
  }
  void failed() { failures_->Increment(); }
  void reloaded(bool good) {
    (good ? reloads_good_ : reloads_bad_)->Increment();
  }

  int sessions() const { return sessions_; }
  int messages_under_way() const { return messages_; }
  // The most messages at once since the last call.
  int take_peak();

  // Prometheus' text.
  std::string text() const;

 private:
  void count_reason(std::size_t row, std::string_view reason);
  static constexpr std::size_t kDirections = 4;
  static constexpr std::size_t kVerdicts = 4;
  static constexpr std::size_t kShapes = 5;
  using Series = prometheus::Counter*;

  prometheus::Registry registry_;
  // Rules bring their own words; a reload adds new ones.
  prometheus::Family<prometheus::Counter>* reason_family_ = nullptr;
  mutable std::shared_mutex reasons_mutex_;
  std::array<std::map<std::string, Series, std::less<>>, kDirections> reasons_;
  std::array<std::array<Series, kVerdicts>, kDirections> verdicts_{};
  std::array<std::array<Series, kShapes>, kDirections> shapes_{};
  Series octets_ = nullptr;
  Series failures_ = nullptr;
  Series reloads_good_ = nullptr;
  Series reloads_bad_ = nullptr;
  prometheus::Gauge* sessions_gauge_ = nullptr;
  prometheus::Gauge* messages_gauge_ = nullptr;
  std::atomic<int> sessions_ = 0;
  std::atomic<int> messages_ = 0;
  std::atomic<int> peak_ = 0;
};

}  // namespace milter
