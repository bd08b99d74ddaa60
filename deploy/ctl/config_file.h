#pragma once

// What chatmail.ini says about a verdict, into the options of a check: the
// relay's domain, its keys, and the settings that judge.  The command line is
// stronger than the file.

#include <string>
#include <vector>

#include "deploy/ctl/check_options.h"

namespace ctl {

struct ConfigFileResult {
  std::string error;                  // not empty: it cannot be used
  std::vector<std::string> warnings;  // unknown keys and their kind
};

ConfigFileResult read_config_file(const std::string& path,
                                  CheckOptions& options);

}  // namespace ctl
