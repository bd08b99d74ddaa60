#pragma once

// Programs that take their time, told while they do.

#include <functional>
#include <string>
#include <vector>

#include "deploy/installation/story.h"
#include "deploy/machine/program.h"

namespace installation {

// `what` is told each second, with the time that it has taken.
machine::ProgramResult run_told(const std::string& what,
                                const std::vector<std::string>& words,
                                machine::ProgramOptions options, Story& story);

// Runs words here, or on another host.
using Runner = std::function<machine::ProgramResult(
    const std::vector<std::string>&, const machine::ProgramOptions&)>;

// Debian packages, or a file that is one; apt-get's own states are told.
machine::ProgramResult install_told(const std::vector<std::string>& packages,
                                    const Runner& run, Story& story);

}  // namespace installation
