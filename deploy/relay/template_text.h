#pragma once

// One template (ctemplate's language) into text.
//
// {{NAME}} is a value, {{#NAME}} ... {{/NAME}} is there when a switch is on, or
// once for each item of a list, {{! ... }} is a remark.  A line that holds
// nothing but such a marker leaves no line behind.  A name that nobody has
// defined is an error and never an empty text: a configuration with a hole is
// worse than none.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace relay {

using Texts = std::map<std::string, std::string>;

struct Values {
  Texts texts;
  std::map<std::string, bool> switches;
  std::map<std::string, std::vector<Texts>> lists;  // none of them empty
};

struct Expansion {
  std::string text;
  std::string error;  // empty: all is well
};

Expansion expand(std::string_view form, const Values& values);

}  // namespace relay
