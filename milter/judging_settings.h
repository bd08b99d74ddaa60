#pragma once

// What chatmail.ini says about a verdict, keys apart: the same words for the
// milter and for `chatmail check`.

#include <string>
#include <vector>

#include "daemon/settings.h"
#include "policy/configuration.h"

namespace milter {

void apply_settings(const daemons::Settings& settings,
                    policy::Configuration& configuration);

// Settings that the file sets and that nothing here carries out, each with a
// word why.
std::vector<std::string> settings_without_effect(
    const daemons::Settings& settings);

}  // namespace milter
