#pragma once

// What the settings come to: the rules with the accounts that they ask about,
// and the store of the limits.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "policy/policyd/limit_store.h"
#include "policy/policyd/rule_answerer.h"

namespace policyd {

struct RulingResult {
  std::shared_ptr<Ruling> ruling;  // null when there are errors
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

// `now` in seconds since the epoch.
RulingResult make_ruling(const daemons::Settings& settings,
                         std::function<std::int64_t()> now);

// What a store needs of the process.
struct StoreSurroundings {
  std::function<std::int64_t()> now;  // microseconds, see EmbeddedStoreOptions
  std::function<void(std::function<void()>)> post;
  std::function<void(const std::string&)> tell;
};

// nullptr and the reason in `error`.
std::unique_ptr<LimitStore> make_store(const daemons::Settings& settings,
                                       const StoreSurroundings& surroundings,
                                       std::string& error);

// What a reload does not change: sockets and the store.
std::string fixed_settings(const daemons::Settings& settings);

}  // namespace policyd
