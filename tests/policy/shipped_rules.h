#pragma once

// The rules of rules/*.conf, compiled for a test.

#include <map>
#include <memory>
#include <string>

#include "policy/rulebook.h"

namespace policy_test {

// With chatmail.ini's defaults, but for `settings`; `own` are rules in front
// of the shipped ones.  Kept for those who ask the same again.
std::shared_ptr<const policy::Rulebook> shipped_rules(
    const std::map<std::string, std::string>& settings = {},
    const std::string& own = "");

}  // namespace policy_test
