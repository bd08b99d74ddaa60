#pragma once

// The command line of chatmail-policyd.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/settings.h"

namespace policyd {

struct Options {
  std::string config_file;
  bool check_config = false;
  std::string log_level = "info";
  std::string user;   // empty: stay who we are
  std::string group;  // of the sockets; empty: postfix where it can be had
  // Keys of chatmail.ini with the values that the command line gives them.
  std::vector<std::pair<std::string, std::string>> overrides;
};

// An exit status instead of options: --help, --version, or a mistake, all of
// which have been answered on stdout or stderr.
struct OptionsResult {
  std::optional<Options> options;
  int exit_status = 0;
};

// `config_from_environment` is $CHATMAIL_INI or nullptr.
OptionsResult parse_options(int argc, char** argv,
                            const char* config_from_environment);

// The file, and over it what the command line says.
daemons::SettingsFile read_settings(const Options& options);

}  // namespace policyd
