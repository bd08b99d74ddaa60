#pragma once

// JSON text into a value, and what is wrong with it as one line for a person.
// The library's exceptions end here.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace ctl {

// nlohmann's default constructor allocates nothing.
// NOLINTNEXTLINE(bugprone-exception-escape)
struct JsonResult {
  nlohmann::json value;
  std::string error;     // not empty: it is no JSON
  std::size_t line = 1;  // where, from 1
  std::size_t column = 1;
};

JsonResult parse_json(std::string_view text);

// One line of JSON; octets that are not UTF-8 become U+FFFD.
std::string to_line(const nlohmann::ordered_json& value);

}  // namespace ctl
