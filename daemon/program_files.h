#pragma once

// Where the files that come with the programs are.

#include <string>

namespace daemons {

// The shipped rules: share/chatmilter/rules beside the folder of this program,
// which holds for a build tree as for an installation under any prefix; or
// where it would be under /usr.
std::string shipped_rules_directory();

}  // namespace daemons
