#pragma once

// The command line of a daemon, and its main() up to where it starts to work.

#include <spdlog/logger.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/settings.h"

namespace daemons {

// An option that takes the place of a key of chatmail.ini.
struct Override {
  std::string option;
  std::string key;
  std::string help;
};

// What tells one daemon from another.
struct Identity {
  std::string name;   // of the program
  std::string about;  // one sentence for --help
  std::vector<Override> overrides;
  std::string checks = "the settings";  // what --check-config reads
};

struct Options {
  std::string config_file;
  bool check_config = false;
  std::string log_level = "info";
  std::string user;   // empty: stay who we are
  std::string group;  // that may connect to the sockets; may be empty
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
OptionsResult parse_options(const Identity& identity, int argc, char** argv,
                            const char* config_from_environment);

// The file, and over it what the command line says.
SettingsFile read_settings(const Options& options);

// A whole main(): `run` works by what was asked for, and gives the exit status.
using Run = std::function<int(const Options& options,
                              std::shared_ptr<spdlog::logger> log)>;
int run_program(const Identity& identity, int argc, char** argv,
                const Run& run);

}  // namespace daemons
