#pragma once

// What doveauth counts, in Prometheus' terms; no series has an address.

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include <string>
#include <string_view>

namespace doveauth {

class Counters {
 public:
  Counters();

  void looked_up(std::string_view what) { add(*lookups_, "result", what); }
  // Addresses that begin with ci- are of automatic tests.
  void created(std::string_view address) {
    add(*created_, "kind", address.starts_with("ci-") ? "ci" : "person");
  }
  // `reason` is a word of the rules.
  void rejected(std::string_view reason) { add(*rejected_, "reason", reason); }
  void compared(bool right) {
    add(*compared_, "result", right ? "right" : "wrong");
  }
  void refused_guess() { refused_->Increment(); }

  std::string text() const;

 private:
  using Family = prometheus::Family<prometheus::Counter>;
  static void add(Family& family, const char* label, std::string_view word) {
    family.Add({{label, std::string(word)}}).Increment();
  }

  prometheus::Registry registry_;
  Family* lookups_;
  Family* created_;
  Family* rejected_;
  Family* compared_;
  prometheus::Counter* refused_;
};

}  // namespace doveauth
