#pragma once

// Values into page sources.
//
//   {{ NAME }}              the value
//   {% if NAME %}  {% if not NAME %}  {% else %}  {% endif %}
//
// NAME may be written `config.NAME`, as operators' pages have it.  A line that
// holds nothing but one of the tags vanishes with its line end.  An empty
// value that a page names is an error: a page that lacks its contact must not
// go online, and what may be missing stands inside an `if`.
//
// Not handled here: loops, comparisons, filters.  They are errors with their
// line, never printed as they stand.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace webpage {

using Values = std::map<std::string, std::string, std::less<>>;

struct Expanded {
  std::string text;
  std::vector<std::string> errors;  // "NAME:LINE: what"
};

// `name` is only for the messages; `print` turns a value into what stands in
// its place.
Expanded expand(std::string_view source, const std::string& name,
                const Values& values,
                const std::function<std::string(const std::string&)>& print);

}  // namespace webpage
