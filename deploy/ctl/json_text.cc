#include "deploy/ctl/json_text.h"

#include <algorithm>

namespace ctl {
namespace {

// "[json.exception.parse_error.101] parse error at line 1, column 5: syntax
// error while parsing value - invalid literal; last read: 'x'" without what
// stands before the last but one colon: the place is told in our own form.
std::string cause_of(std::string_view what) {
  const std::size_t place = what.find("parse error at");
  const std::size_t colon = what.find(": ", place);
  if (place == std::string_view::npos || colon == std::string_view::npos) {
    return std::string(what);
  }
  return std::string(what.substr(colon + 2));
}

}  // namespace

JsonResult parse_json(std::string_view text) {
  JsonResult result;
  try {
    result.value = nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    const std::size_t place =
        std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
    const std::string_view before = text.substr(0, place);
    const std::size_t line_end = before.rfind('\n');
    result.line = 1 + static_cast<std::size_t>(
                          std::count(before.begin(), before.end(), '\n'));
    result.column =
        1 + (line_end == std::string_view::npos ? place : place - line_end - 1);
    result.error = cause_of(error.what());
  } catch (const nlohmann::json::exception& error) {
    result.error = error.what();
  }
  return result;
}

std::string to_line(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false,
                    nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace ctl
