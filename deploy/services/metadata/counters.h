#pragma once

// What chatmail-metadata counts, in Prometheus' terms; no series has an
// address or a token.

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <cstddef>
#include <string>

namespace metadata {

class Counters {
 public:
  Counters();

  // `event` is one of: queued merged refused sent gone failed dropped.
  void count(const char* event) {
    events_->Add({{"event", event}}).Increment();
  }
  void set_pending(std::size_t tokens) {
    pending_->Set(static_cast<double>(tokens));
  }
  std::string text() const;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>* events_;
  prometheus::Gauge* pending_;
};

}  // namespace metadata
