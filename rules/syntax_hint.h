#pragma once

// What somebody may have meant who writes a rule as another language has it.

#include <cstddef>
#include <string>
#include <string_view>

namespace rules {

// ", did you mean X?", or "": for an error at `place` of the file's text, where
// `expected` was expected (grammar_errors.h).
std::string meant_at(std::string_view text, std::size_t place,
                     std::string_view expected);

}  // namespace rules
