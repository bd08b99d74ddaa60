#pragma once

// What the programs that look at all mailboxes have in common: the command
// line, chatmail.ini, and the end.

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/settings.h"
#include "mailbox/mailboxes.h"

namespace sweep {

inline constexpr int kExitDone = 0;
inline constexpr int kExitIncomplete = 1;  // something could not be done
inline constexpr int kExitUnusable = 2;    // command line or settings

struct Options {
  std::string config_file;
  std::string mailboxes_dir;  // empty: what the settings say
  std::uint64_t days = 0;     // before now
  std::optional<std::size_t> most;
  int threads = 4;
  bool json = false;
};

// Adds --config, --mailboxes-dir and --version.  `config_from_environment` is
// $CHATMAIL_INI or nullptr.
void add_settings_options(CLI::App& app, Options& options,
                          const char* config_from_environment);
// Adds the rest, and a positional chatmail.ini.
void add_sweep_options(CLI::App& app, Options& options);

// nullopt: go on; else what has been answered, or is wrong: an exit status.
std::optional<int> parse(CLI::App& app, int argc, char** argv);

// The settings and the mailboxes.  nullopt: what is wrong is on stderr.
struct Opened {
  daemons::Settings settings;
  mailbox::Mailboxes mailboxes;
};
std::optional<Opened> open(const char* program, const Options& options);

// The time to go by.
std::time_t now_of(const Options& options, std::time_t now);

// One line of JSON; octets that are not UTF-8 become U+FFFD.
std::string to_line(const nlohmann::ordered_json& value);

// A program's main(): what is thrown (memory) is said, and is kExitIncomplete.
int guarded(const char* program, const std::function<int()>& work) noexcept;

// Whether all that was printed got out; says so when not.
bool flushed(const char* program);

}  // namespace sweep
