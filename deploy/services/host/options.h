#pragma once

// The command line that the services beside Dovecot and nginx have in common.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/settings.h"

namespace host {

// What tells one service from another.
struct Identity {
  const char* name;         // of the program
  const char* about;        // one sentence for --help
  const char* socket_key;   // of chatmail.ini: where its client connects
  const char* metrics_key;  // of chatmail.ini: where counters are served
  const char* client = "Dovecot";
  bool has_mailboxes = true;
};

struct Options {
  std::string config_file;
  bool check_config = false;
  std::string log_level = "info";
  std::string user;   // empty: stay who we are
  std::string group;  // of the sockets; empty: that of `user`
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
daemons::SettingsFile read_settings(const Options& options);

}  // namespace host
