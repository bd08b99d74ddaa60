#pragma once

// The life of a service beside Dovecot: settings, sockets, privileges, the loop
// of signals, the end.  What it answers is the Program's.

#include <spdlog/logger.h>

#include <memory>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/services/dict/service.h"
#include "deploy/services/host/options.h"

namespace host {

class Program {
 public:
  virtual ~Program() = default;
  // At the start and at a reload.  False, and what was before stays, when
  // there are errors.
  virtual bool take(const daemons::Settings& settings,
                    std::vector<std::string>& errors,
                    std::vector<std::string>& warnings) = 0;
  // Once, after the first take(); may start threads.
  virtual dict::Service& service() = 0;
  // Starts what it has beside the dict; false when it cannot, with the reason
  // in the log.
  virtual bool start() { return true; }
  virtual std::string metrics() = 0;
};

// A program's main(): `make` gives the Program.
int main(const Identity& identity, int argc, char** argv,
         std::unique_ptr<Program> (*make)(std::shared_ptr<spdlog::logger>));

}  // namespace host
