#pragma once

// A chatmail.ini as a relay of the Python programs reads it.
//
// It passes over keys that it does not know.  Of those that it knows it takes
// numbers without a unit, and for yes and no only the word true: another
// spelling of ours is written out.  All other lines stay octet for octet.

#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"

namespace moving {

struct ReturnIni {
  std::string text;
  std::vector<std::string> changed;  // "max_message_size: 30M is 31457280"
  std::vector<std::string> losses;   // what does not hold there, and why
};

ReturnIni return_ini(std::string_view text, const daemons::Settings& settings);

}  // namespace moving
