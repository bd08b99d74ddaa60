#pragma once

// A command line, as the commands declare what may stand on it.
//
// CLI11 reads it, which is all inline: a file that includes CLI11 compiles all
// of it.  So command_line.cc alone does, and here is what commands use of it,
// in its words.
//
// What is declared lives as long as the CommandLine, and what options are read
// into outlives that.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace ctl {

// An option that was declared.  Each function answers with it, to say more.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(option) {}

  // What the help shows for its value.
  Option* type_name(const std::string& name);
  Option* required();
  Option* excludes(Option* other);
  // One value each time it is given, so that other words may follow it.
  Option* takes_one();
  // The help lists neither the words nor the bounds...
  Option* one_of(const std::vector<std::string>& words);
  Option* range(std::int64_t least, std::int64_t most);
  // ...but these bounds.
  Option* shown_range(unsigned least, unsigned most);

 private:
  CLI::Option& option_;
};

class CommandLine {
 public:
  explicit CommandLine(CLI::App& app) : app_(app) {}

  CommandLine* add_subcommand(const std::string& name, const std::string& text);
  void require_subcommand();

  // `name` is "--name", or "NAME" for words that no option takes.
  Option* add_option(const std::string& name, std::string& value,
                     const std::string& text = {});
  Option* add_option(const std::string& name, std::vector<std::string>& values,
                     const std::string& text);
  Option* add_option(const std::string& name, unsigned& value,
                     const std::string& text);
  Option* add_option(const std::string& name, std::int64_t& value,
                     const std::string& text);
  Option* add_option(const std::string& name, std::uint64_t& value,
                     const std::string& text);
  Option* add_option(const std::string& name,
                     std::optional<std::int64_t>& value,
                     const std::string& text);
  Option* add_option(const std::string& name,
                     std::optional<std::uint64_t>& value,
                     const std::string& text);
  // Hands the value on.
  Option* add_option(const std::string& name,
                     const std::function<void(const std::string&)>& take,
                     const std::string& text);
  Option* add_flag(const std::string& name, bool& value,
                   const std::string& text);

  // Below the help.
  void footer(const std::string& text);
  // Runs when the command line was read and chose this.
  void callback(std::function<void()> run);

 private:
  Option* keep(CLI::Option* option);

  CLI::App& app_;
  // Where it is said more about them.
  std::deque<Option> options_;
  std::deque<CommandLine> subcommands_;
};

// "a,b": "a" and "b".
std::vector<std::string> split_at_commas(const std::string& words);

}  // namespace ctl
