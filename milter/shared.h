#pragma once

// What all sessions of the process share.

#include <spdlog/logger.h>

#include <memory>

#include "milter/counters.h"
#include "milter/setup.h"
#include "milter/traces.h"

namespace milter {

struct Shared {
  CurrentSetup setup;
  Counters counters;
  Traces traces;
  std::shared_ptr<spdlog::logger> log;
};

}  // namespace milter
