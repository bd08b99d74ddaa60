#pragma once

// What a subcommand of `chatmail` is: a name, and a function that declares its
// options.  One file a subcommand; commands.cc holds the table.
//
// A subcommand reads and writes only through Surroundings, so that a test can
// run a whole command line in its own process.

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctl {

class CommandLine;

// The same for every subcommand.
inline constexpr int kExitDone = 0;
inline constexpr int kExitDiffers = 1;   // it ran, and the answer is no
inline constexpr int kExitUnusable = 2;  // it could not run as it was asked to

struct Surroundings {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool colour = false;          // `out` is a terminal that shows colours
  std::int64_t now = 0;         // seconds since the epoch
  bool asks = false;            // `in` and `err` are somebody at a terminal
  bool shows_progress = false;  // `err` is a terminal
  bool rewrites = false;        // `out` is one that lets a line be written over
  // The chatmail.ini of commands that need one.
  std::string config_file = "/etc/chatmail/chatmail.ini";
  // Of a process that root started: takes that user's identity for good; what
  // went wrong, or nothing.  Empty: we stay who we are.
  std::function<std::optional<std::string>(const std::string& user)> become{};
  // The command line without the program, as run_chatmail() was given it.
  std::vector<std::string> words{};
};

struct Command {
  std::string_view name;
  // Adds the subcommand to `app`.  When the command line chose it, it runs
  // while the words are read, and leaves its exit status in `exit_status`; all
  // three outlive the parsing.
  void (*declare)(CommandLine& app, Surroundings& surroundings,
                  int& exit_status);
};

// Each in a file of its name.
extern const Command kAccountCommand;
extern const Command kBackupCommand;
extern const Command kBenchCommand;
extern const Command kCheckCommand;
extern const Command kDkimCommand;
extern const Command kDnsCommand;
extern const Command kExplainCommand;
extern const Command kInitCommand;
extern const Command kMigrateCommand;
extern const Command kQueueCommand;
extern const Command kRenderCommand;
extern const Command kRestoreCommand;
extern const Command kRulesCommand;
extern const Command kRunCommand;
extern const Command kStatusCommand;
extern const Command kTestCommand;
extern const Command kUninstallCommand;
extern const Command kWebpageCommand;

// A copy for a terminal: control octets, which a name or a text in a foreign
// file may hold, become '?'.
std::string without_controls(std::string_view text);
// The same, but for the line ends of a text of several lines.
std::string lines_without_controls(std::string_view text);

// What chatmail.ini says that somebody may not have meant: the command goes on.
void tell_notes(const std::vector<std::string>& warnings,
                Surroundings& surroundings);

// Runs one command line; `argv` is that of main().  Returns the exit status.
int run_chatmail(int argc, const char* const* argv, Surroundings& surroundings);

}  // namespace ctl
