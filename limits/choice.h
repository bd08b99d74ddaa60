#pragma once

// The store that `limits_store` names: in this process, with a directory of its
// own, or in Redis.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "daemon/settings.h"
#include "limits/limit_store.h"
#include "limits/limits.h"

namespace limits {

// What a store needs of the process.
struct StoreSurroundings {
  const char* directory_key = nullptr;  // of chatmail.ini
  std::function<std::int64_t()> now;  // microseconds, see EmbeddedStoreOptions
  std::function<void(std::function<void()>)> post;
  std::function<void(const std::string&)> tell;
  std::size_t max_keys = kMaxLiveKeys;
};

// What is wrong with `limits_store`, or "".
std::string trouble_with_store(const daemons::Settings& settings);

// nullptr and the reason in `error`.
std::unique_ptr<LimitStore> make_store(const daemons::Settings& settings,
                                       const StoreSurroundings& surroundings,
                                       std::string& error);

}  // namespace limits
