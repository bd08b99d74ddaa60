#pragma once

// What a daemon gives up, and the one limit that it raises.  Each function
// returns what went wrong, or nothing.

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

// As many open files as the hard limit grants: one for each session.
std::optional<std::string> raise_file_limit();

}  // namespace daemons
