#pragma once

// Another program, started without a shell: the words reach it as they are,
// and nobody's blank or quote can become a command.
//
// What it writes is kept up to a bound; a program that does not end in time is
// killed with the process group that is its own.

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace machine {

inline constexpr std::size_t kMostOutput = 64U << 20U;

struct ProgramOptions {
  std::string input{};        // its standard input
  std::string input_file{};   // not empty: that file instead
  std::string output_file{};  // not empty: its standard output goes there
  std::chrono::seconds patience{60};
  // Added to the environment, "NAME=VALUE".
  std::vector<std::string> environment{};
  // Called with each piece of output, as it comes.
  std::function<void(std::string_view)> on_output{};
  // Called about once a second while it runs, with the time since its start.
  std::function<void(std::chrono::seconds)> on_second{};
};

struct ProgramResult {
  int status = -1;     // its exit status; 128 + N when signal N ended it
  std::string output;  // of its standard output
  std::string errors;  // of its standard error
  std::string error;   // not empty: it could not be started, or took too long

  bool good() const { return error.empty() && status == 0; }
  // One line for a person: the last thing it said, or why it did not run.
  std::string why() const;
};

// `words` begins with the program, looked for in $PATH.
ProgramResult run_program(const std::vector<std::string>& words,
                          const ProgramOptions& options = {});

// Where $PATH has a program of that name; empty: nowhere.
std::string find_program(const std::string& name);

}  // namespace machine
