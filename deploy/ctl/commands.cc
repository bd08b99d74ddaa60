#include <CLI/CLI.hpp>
#include <array>
#include <exception>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"

namespace ctl {
namespace {

// A new subcommand: one file that defines a Command, and one line here.
constexpr std::array kCommands = {
    &kAccountCommand,   &kBackupCommand,  &kBenchCommand,   &kCheckCommand,
    &kDkimCommand,      &kDnsCommand,     &kExplainCommand, &kInitCommand,
    &kMigrateCommand,   &kQueueCommand,   &kRenderCommand,  &kRestoreCommand,
    &kRulesCommand,     &kRunCommand,     &kStatusCommand,  &kTestCommand,
    &kUninstallCommand, &kWebpageCommand,
};

constexpr const char* kDescription =
    "The tool of a chatmail relay's operator: what would the relay do, and "
    "why.";

// The words of a command line, from the last to the first as CLI11 takes them.
// `--mail-from=` becomes two words: CLI11 would take the next option for its
// value.
std::vector<std::string> words_of(int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (int i = argc - 1; i > 0; --i) {
    std::string word = argv[i];
    if (word.size() > 3 && word.starts_with("--") &&
        word.find('=') == word.size() - 1) {
      word.pop_back();
      words.emplace_back();
    }
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

std::string without_controls(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if ((c >= 0 && c < ' ') || c == '\x7F') c = '?';
  }
  return result;
}

std::string lines_without_controls(std::string_view text) {
  std::string result;
  while (true) {
    const std::size_t end = text.find('\n');
    result += without_controls(text.substr(0, end));
    if (end == std::string_view::npos) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

void tell_notes(const std::vector<std::string>& warnings,
                Surroundings& surroundings) {
  for (const std::string& warning : warnings) {
    surroundings.err << "note: " << without_controls(warning) << '\n';
  }
}

int run_chatmail(int argc, const char* const* argv,
                 Surroundings& surroundings) {
  CLI::App app(kDescription, "chatmail");
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string("chatmail: ") + error.what() + "; try --help\n";
  });
  surroundings.words.assign(argv + 1, argv + argc);
  int exit_status = kExitDone;
  CommandLine line(app);
  for (const Command* command : kCommands) {
    command->declare(line, surroundings, exit_status);
  }
  try {
    app.parse(words_of(argc, argv));
    if (app.get_subcommands().empty()) {
      surroundings.err << app.help();
      exit_status = kExitUnusable;
    }
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, surroundings.out, surroundings.err);
    exit_status = code == 0 ? kExitDone : kExitUnusable;
  } catch (const std::exception& error) {
    surroundings.err << "chatmail: " << error.what() << '\n';
    exit_status = kExitUnusable;
  }
  surroundings.out.flush();
  if (!surroundings.out) {
    surroundings.err << "chatmail: the output could not be written\n";
    exit_status = kExitUnusable;
  }
  return exit_status;
}

}  // namespace ctl
