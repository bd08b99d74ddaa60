#pragma once

// Where the files that come with the programs are.

#include <string>

namespace daemons {

// What is shipped under `name`: share/chatmilter/NAME beside the folder of this
// program, which holds for a build tree as for an installation under any
// prefix; or where it would be under /usr.
std::string shipped_directory(const std::string& name);

// The shipped rules.
std::string shipped_rules_directory();

}  // namespace daemons
