#pragma once

// What `backup`, `restore` and `migrate` have in common on the command line
// and on a terminal.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "deploy/ctl/command.h"
#include "deploy/moving/belongings.h"
#include "deploy/moving/inspection.h"

namespace ctl {

// "mailboxes,queue"; nullopt and `error` when a word is no part of a relay.
std::optional<std::set<moving::Part>> read_parts(const std::string& words,
                                                 std::string& error);

// Shows how far it is, on a terminal, and goes away with an empty tally;
// nothing elsewhere.
std::function<void(const moving::Tally&)> tally_progress(
    const Surroundings& surroundings, const std::string& what);
}  // namespace ctl
