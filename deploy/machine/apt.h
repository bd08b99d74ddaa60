#pragma once

// apt-get as a program runs it: it asks nothing, keeps configuration files that
// are there, installs nothing that is only recommended, and tells how far it
// is.
//
// The last is APT::Status-Fd, whose lines "dlstatus:ITEM:PERCENT:WHAT" and
// "pmstatus:PACKAGE:PERCENT:WHAT" (README.progress-reporting of apt) come
// between the lines that apt-get writes to its standard output.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/machine/program.h"

namespace machine {

// The whole command: `words` are apt-get's own, {"install", "postfix"}.
std::vector<std::string> apt_get(const std::vector<std::string>& words);

// Installs `packages` by `run`; when that fails, once more with lists of
// packages that are up to date.
ProgramResult apt_install(
    const std::vector<std::string>& packages,
    const std::function<ProgramResult(const std::vector<std::string>&)>& run);

// Takes the output of apt-get() in pieces of any size.
class AptOutput {
 public:
  // The last state that `piece` completes, "installing, 45 %: Unpacking
  // postfix (amd64)"; nullopt: nothing new.
  std::optional<std::string> take(std::string_view piece);

 private:
  std::string rest_;  // of a line that has not ended; bounded
};

}  // namespace machine
