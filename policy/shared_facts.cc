#include "policy/shared_facts.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace policy {
namespace {

using rules::Value;

constexpr std::int64_t kSecondsADay = 86400;
// An account of unknown age is an old one: the first relays noted none.
constexpr std::uint64_t kVeryOld = std::uint64_t{100} * 365 * kSecondsADay;

// 1970-01-01 was a Thursday.
constexpr std::array<std::string_view, 7> kWeekdays = {
    "thursday", "friday",  "saturday", "sunday",
    "monday",   "tuesday", "wednesday"};

std::string_view word_of(AccountState state) {
  switch (state) {
    case AccountState::kEnforcing:
      return "enforcing";
    case AccountState::kTakesCleartext:
      return "takes-cleartext";
    case AccountState::kDisabled:
      return "disabled";
    default:
      return "unknown";
  }
}

}  // namespace

Value time_value(Fact fact, std::int64_t now) {
  const auto seconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, now));
  switch (fact) {
    case Fact::kHour:
      return Value::of(seconds % kSecondsADay / 3600);
    case Fact::kWeekday:
      return Value::of(kWeekdays[seconds / kSecondsADay % kWeekdays.size()]);
    default:
      return Value::of(seconds);
  }
}

Value account_value(Fact fact, const std::optional<Account>& account,
                    std::int64_t now) {
  if (account && account->state == AccountState::kTemporaryError) {
    return Value::failed();
  }
  if (fact == Fact::kAccountState) {
    return Value::of(account ? word_of(account->state)
                             : std::string_view("none"));
  }
  if (!account || !account->created) return Value::of(kVeryOld);
  return Value::of(static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, now - *account->created)));
}

}  // namespace policy
