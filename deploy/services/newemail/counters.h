#pragma once

// What newemail counts, in Prometheus' terms; no series has an address.

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include <string>
#include <string_view>

namespace newemail {

class Counters {
 public:
  Counters();

  // `outcome` is a word of kOutcomes.
  void answered(std::string_view outcome) {
    answers_->Add({{"outcome", std::string(outcome)}}).Increment();
  }

  std::string text() const;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>* answers_;
};

}  // namespace newemail
