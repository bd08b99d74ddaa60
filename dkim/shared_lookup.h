#pragma once

// One lookup under way, and all who wait for it.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "dkim/key_resolver.h"

namespace dkim {

class SharedLookup {
 public:
  // The first answer stays.
  void settle(const KeyAnswer& answer);
  bool settled() const;
  KeyAnswer wait_until(std::chrono::steady_clock::time_point deadline);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<KeyAnswer> answer_;
};

// Waits for a shared lookup; `lookup` may have been settled already.
std::unique_ptr<KeyLookup> make_lookup(std::shared_ptr<SharedLookup> lookup);
// An answer that is there.
std::unique_ptr<KeyLookup> make_lookup(KeyAnswer answer);

KeyAnswer temporary_failure(LookupFailure failure);
KeyAnswer absent_answer();
// The TXT records of a name; there is one at least.
KeyAnswer found_answer(const std::vector<std::string>& texts);

}  // namespace dkim
