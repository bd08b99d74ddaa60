#pragma once

// Another host, by ssh(1): programs run there, and files are put there.
//
// Nobody is asked anything: where ssh would ask for a password or about the
// key of a host, it fails, and ssh_failure() says what to do once by hand.  A
// connection that has gone silent is given up after a minute.

#include <optional>
#include <string>
#include <vector>

#include "deploy/machine/program.h"

namespace machine {

class SshHost {
 public:
  // As ssh takes it: HOST, USER@HOST or ssh://USER@HOST:PORT; root where no
  // user is named.  The rest is the user's ssh_config(5).
  explicit SshHost(const std::string& place);

  // With its user.
  const std::string& place() const { return place_; }

  // Each word reaches the program there as it is.
  ProgramResult run(const std::vector<std::string>& words,
                    const ProgramOptions& options = {}) const;

  // `from` of this host becomes `to` there, at once and whole, 0644; the folder
  // of `to` is made where it is missing.
  ProgramResult put(const std::string& from, const std::string& to,
                    std::chrono::seconds patience) const;

 private:
  std::string place_;
};

// False for what ssh would take for an option, or that is nothing.
bool is_ssh_place(const std::string& text);

// One line for a shell, in which each of `words` is one word.
std::string shell_line(const std::vector<std::string>& words);

struct SshFailure {
  std::string what;
  std::string remedy;
};

// Why nothing ran there; nullopt when it did, however it ended.
std::optional<SshFailure> ssh_failure(const ProgramResult& result,
                                      const SshHost& host);

}  // namespace machine
