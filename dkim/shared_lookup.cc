#include "dkim/shared_lookup.h"

#include <utility>

#include "dkim/limits.h"
#include "dkim/policy_record.h"

namespace dkim {
namespace {

class WaitingLookup : public KeyLookup {
 public:
  explicit WaitingLookup(std::shared_ptr<SharedLookup> lookup)
      : lookup_(std::move(lookup)) {}
  bool ready() const override { return lookup_->settled(); }
  KeyAnswer wait_until(
      std::chrono::steady_clock::time_point deadline) override {
    return lookup_->wait_until(deadline);
  }

 private:
  std::shared_ptr<SharedLookup> lookup_;
};

class KnownAnswer : public KeyLookup {
 public:
  explicit KnownAnswer(KeyAnswer answer) : answer_(std::move(answer)) {}
  bool ready() const override { return true; }
  KeyAnswer wait_until(std::chrono::steady_clock::time_point) override {
    return answer_;
  }

 private:
  KeyAnswer answer_;
};

}  // namespace

void SharedLookup::settle(const KeyAnswer& answer) {
  {
    const std::lock_guard lock(mutex_);
    if (answer_) return;
    answer_ = answer;
  }
  changed_.notify_all();
}

bool SharedLookup::settled() const {
  const std::lock_guard lock(mutex_);
  return answer_.has_value();
}

KeyAnswer SharedLookup::wait_until(
    std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline, [this] { return answer_.has_value(); });
  return answer_ ? *answer_ : temporary_failure(LookupFailure::kTimeout);
}

std::unique_ptr<KeyLookup> make_lookup(std::shared_ptr<SharedLookup> lookup) {
  return std::make_unique<WaitingLookup>(std::move(lookup));
}

std::unique_ptr<KeyLookup> make_lookup(KeyAnswer answer) {
  return std::make_unique<KnownAnswer>(std::move(answer));
}

KeyAnswer temporary_failure(LookupFailure failure) {
  return {LookupStatus::kTemperror, failure, false, nullptr};
}

KeyAnswer absent_answer() {
  return {LookupStatus::kAbsent, LookupFailure::kNone, false, nullptr};
}

KeyAnswer found_answer(const std::vector<std::string>& texts) {
  KeyAnswer answer;
  answer.status = LookupStatus::kFound;
  answer.records = std::make_shared<const KeyRecords>(parse_key_records(texts));
  std::vector<std::string> policies;
  for (const std::string& text : texts) {
    if (policies.size() == kMaxPolicyRecords) break;
    if (text.size() <= kMaxPolicyRecordSize && is_policy_record(text)) {
      policies.push_back(text);
    }
  }
  if (!policies.empty()) {
    answer.policy_texts =
        std::make_shared<const std::vector<std::string>>(std::move(policies));
  }
  return answer;
}

}  // namespace dkim
