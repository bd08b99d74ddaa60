#include "dkim/table_resolver.h"

#include "dkim/domain_name.h"

namespace dkim {
namespace {

std::string key_of(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return ascii_lower(name);
}

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

KeyAnswer temperror(LookupFailure failure) {
  return {LookupStatus::kTemperror, failure, false, nullptr};
}

KeyAnswer absent() {
  return {LookupStatus::kAbsent, LookupFailure::kNone, false, nullptr};
}

}  // namespace

void TableResolver::add(std::string_view name,
                        const std::vector<std::string>& txt) {
  KeyAnswer answer = absent();
  if (!txt.empty()) {
    answer.status = LookupStatus::kFound;
    answer.records = std::make_shared<const KeyRecords>(parse_key_records(txt));
  }
  answers_[key_of(name)] = std::move(answer);
}

void TableResolver::fail(std::string_view name, TableFailure failure) {
  KeyAnswer& answer = answers_[key_of(name)];
  switch (failure) {
    case TableFailure::kTimeout:
      answer = temperror(LookupFailure::kTimeout);
      break;
    case TableFailure::kServfail:
      answer = temperror(LookupFailure::kServfail);
      break;
    case TableFailure::kBogus:
      answer = temperror(LookupFailure::kBogus);
      break;
    case TableFailure::kNxdomain:
      answer = absent();
      break;
  }
}

std::unique_ptr<KeyLookup> TableResolver::start(std::string_view name,
                                                Freshness /*freshness*/) {
  const auto found = answers_.find(key_of(name));
  return std::make_unique<KnownAnswer>(found == answers_.end() ? absent()
                                                               : found->second);
}

}  // namespace dkim
