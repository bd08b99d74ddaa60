#include "rules/value.h"

#include <cstddef>

namespace rules {
namespace {

constexpr std::size_t kLongestText = 64;

std::string printable(std::string_view text) {
  std::string result(text.substr(0, kLongestText));
  for (char& c : result) {
    if (c < ' ' || c > '~') c = '?';
  }
  return result;
}

}  // namespace

bool Value::is_true() const {
  switch (kind) {
    case Kind::kFlag:
      return flag;
    case Kind::kNumber:
      return number != 0;
    case Kind::kText:
      return !text.empty();
    default:
      return false;
  }
}

std::string to_text(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kFlag:
      return value.flag ? "yes" : "no";
    case Value::Kind::kNumber:
      return std::to_string(value.number);
    case Value::Kind::kText:
      return printable(value.text);
    case Value::Kind::kFailed:
      return value.text.empty() ? "failed" : printable(value.text);
    case Value::Kind::kNotYet:
      break;
  }
  return "not-yet";
}

}  // namespace rules
