#pragma once

// What is wrong with a rules file, for the person who wrote it.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/syntax.h"

namespace rules {

struct Diagnostic {
  bool is_error = true;  // else a warning
  std::string file;
  Position position;
  std::string message;
  std::string source_line;  // without its line end
};

// "FILE:LINE:COLUMN: error: MESSAGE", the source line, and a caret under the
// column.  Control octets become '?'.
std::string to_string(const Diagnostic&);

bool has_errors(std::span<const Diagnostic>);

// The line of `text` with the number `line`, from 1; "" when there is none.
std::string_view line_of(std::string_view text, std::size_t line);

}  // namespace rules
