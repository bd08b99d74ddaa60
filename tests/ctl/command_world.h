#pragma once

// A command line of `chatmail` run in this process, with a folder of its own
// whose bin/ is the whole $PATH: the host's programs are out of reach.

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "deploy/ctl/command.h"
#include "tests/daemon/temporary_directory.h"

namespace test {

class CommandWorld {
 public:
  CommandWorld() {
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-*)
    before_ = path == nullptr ? "" : path;
    std::filesystem::create_directory(directory.path("bin"));
    setenv("PATH", directory.path("bin").c_str(), 1);  // NOLINT(concurrency-*)
    surroundings.now = 1'790'000'000;
    surroundings.config_file = directory.path("chatmail.ini");
  }
  ~CommandWorld() {
    setenv("PATH", before_.c_str(), 1);  // NOLINT(concurrency-*)
  }
  CommandWorld(const CommandWorld&) = delete;
  CommandWorld& operator=(const CommandWorld&) = delete;

  // A program of that name, which is this shell script.
  void program(const std::string& name, const std::string& script) const {
    const std::string path = directory.path("bin/" + name);
    std::ofstream(path) << "#!/bin/sh\n" << script << '\n';
    chmod(path.c_str(), 0755);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(directory.path(name), std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(directory.path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // The exit status of `chatmail WORDS`.
  int run(const std::vector<std::string>& words) {
    std::vector<const char*> arguments = {"chatmail"};
    for (const std::string& word : words) arguments.push_back(word.c_str());
    out.str("");
    err.str("");
    return ctl::run_chatmail(static_cast<int>(arguments.size()),
                             arguments.data(), surroundings);
  }

  TemporaryDirectory directory;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  ctl::Surroundings surroundings{in, out, err};

 private:
  std::string before_;
};

}  // namespace test
