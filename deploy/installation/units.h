#pragma once

// systemd's units, as an installation handles them.

#include <string>
#include <vector>

#include "deploy/installation/story.h"

namespace installation {

// Whether it did; systemctl's own words in between.
bool systemctl(std::vector<std::string> words);

bool is_active(const std::string& unit);

// What a unit wrote last, as lines below a problem.
void tell_log(const std::string& unit, Story& story);

}  // namespace installation
