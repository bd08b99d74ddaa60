#pragma once

// What the settings come to: the rules with the accounts that they ask about.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "policy/policyd/rule_answerer.h"

namespace policyd {

struct RulingResult {
  std::shared_ptr<Ruling> ruling;  // null when there are errors
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

// `now` in seconds since the epoch; `elsewhere` for accounts that another
// program answers for.
RulingResult make_ruling(const daemons::Settings& settings,
                         std::function<std::int64_t()> now,
                         const Elsewhere& elsewhere);

// What a reload does not change: sockets and the store.
std::string fixed_settings(const daemons::Settings& settings);

}  // namespace policyd
