#pragma once

// Facts that are the same for whoever asks: the judge of a message and the
// policy service.

#include <cstdint>
#include <optional>

#include "policy/vocabulary.h"
#include "policy/world.h"
#include "rules/value.h"

namespace policy {

// kTime, kHour, kWeekday; `now` in seconds since the epoch.
rules::Value time_value(Fact fact, std::int64_t now);

// kAccountState, kAccountAge of the login's account; nullopt: nobody logged
// in.  Both fail when the account could not be looked up.
rules::Value account_value(Fact fact, const std::optional<Account>& account,
                           std::int64_t now);

}  // namespace policy
