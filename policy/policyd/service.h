#pragma once

// The life of chatmail-policyd: sockets, privileges, readiness, reload, stop.

#include <spdlog/logger.h>

#include <memory>

#include "daemon/options.h"

namespace policyd {

// Runs until SIGTERM; the exit status.
int run_service(const daemons::Options& options,
                std::shared_ptr<spdlog::logger> log);

// Says what is wrong with the settings and the rules; the exit status.
int check_config(const daemons::Options& options, spdlog::logger& log);

}  // namespace policyd
