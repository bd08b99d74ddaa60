#pragma once

// What a daemon gives up, and the one limit that it raises.  Those that
// return an optional text say what went wrong, or nothing.

#include <spdlog/logger.h>

#include <optional>
#include <string>

namespace daemons {

// No program that this process starts gains rights by its file's mode bits.
std::optional<std::string> forbid_new_privileges();

// For a process started as root: takes the user's identity for good.  An
// empty `group` is the user's own.  The user's supplementary groups come
// along, so that a daemon may read what a group may.
std::optional<std::string> become(const std::string& user,
                                  const std::string& group);

// All of it at the start of a daemon: as many open files as there may be, then
// `user` (empty: stay who we are, which is told where that is root), and no way
// back.  False, and told to `log`, when it cannot be.
bool give_up_privileges(const std::string& user, spdlog::logger& log);

// The group of a socket that Postfix has to reach: `wanted`, or without it
// Postfix's own where this process may give it; else "".
inline constexpr char kPostfixGroup[] = "postfix";
std::string postfix_group(const std::string& wanted);

// As many open files as the hard limit grants: one for each session.
std::optional<std::string> raise_file_limit();

}  // namespace daemons
