#pragma once

// What changes in a file, as diff -u shows it: three lines around each change.
//
// Configuration files have some hundred lines, so the plain table of longest
// common subsequences does; what is beyond its bound is shown as one change.

#include <string>
#include <string_view>

namespace machine {

// Empty when the texts are equal.  `name` is the file, as it is shown.
std::string unified_diff(std::string_view before, std::string_view after,
                         const std::string& name);

}  // namespace machine
