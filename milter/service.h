#pragma once

// The life of chatmail-milter: settings, socket, the loop of signals, the
// end.

#include <spdlog/logger.h>

#include <memory>

#include "daemon/options.h"

namespace milter {

// Until SIGTERM.  The process's exit status.
int run_service(const daemons::Options& options,
                std::shared_ptr<spdlog::logger> log);

// --check-config.
int check_config(const daemons::Options& options, spdlog::logger& log);

}  // namespace milter
