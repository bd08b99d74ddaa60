#pragma once

// Where public keys come from.
//
// A lookup is started early and awaited late: start() never blocks, and
// wait_until() blocks at most until its deadline.  The resolver outlives its
// lookups' waits; a lookup may be dropped without waiting.  Both may be used
// from any thread, one lookup by one thread at a time.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dkim/key_record.h"

namespace dkim {

enum class LookupStatus : std::uint8_t {
  kFound,      // TXT records are there, usable or not
  kAbsent,     // NXDOMAIN, or no TXT record at the name
  kTemperror,  // the answer is not known now
};

enum class LookupFailure : std::uint8_t { kNone, kTimeout, kServfail, kBogus };

struct KeyAnswer {
  LookupStatus status = LookupStatus::kTemperror;
  LookupFailure failure = LookupFailure::kNone;  // set for kTemperror
  // It came out of a cache, so a fresh lookup may say something else.
  bool cached = false;
  std::shared_ptr<const KeyRecords> records;  // set for kFound
  // Those of the TXT records that are DMARC policy records, as they stand
  // (dkim/policy_record.h); null where there is none.
  std::shared_ptr<const std::vector<std::string>> policy_texts{};
};

enum class Freshness : std::uint8_t { kCacheAllowed, kFresh };

class KeyLookup {
 public:
  virtual ~KeyLookup() = default;
  virtual bool ready() const = 0;
  // The answer, or kTemperror with kTimeout at the deadline.
  virtual KeyAnswer wait_until(std::chrono::steady_clock::time_point) = 0;
};

class KeyResolver {
 public:
  virtual ~KeyResolver() = default;
  // `name` is a full domain name without the final dot,
  // "selector._domainkey.example.org", in A-labels.
  virtual std::unique_ptr<KeyLookup> start(std::string_view name,
                                           Freshness freshness) = 0;
};

}  // namespace dkim
