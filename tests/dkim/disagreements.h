#pragma once

// Where libopendkim and the native engine are known to differ.  Each has a
// name, and the section of the RFC that the native engine follows; what
// differs and is not here is a fault.

#include <string_view>

#include "test_world.h"

namespace dkim::testing {

// The name, or "" when the two have to agree about this message.  The verdicts
// are status and cause, "fail body-hash".
std::string_view known_disagreement(const World& world, std::string_view native,
                                    std::string_view opendkim);

}  // namespace dkim::testing
