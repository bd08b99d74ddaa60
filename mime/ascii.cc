#include "mime/ascii.h"

#include <algorithm>

namespace mime {

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return to_lower(c); });
  return lower;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return x == y || to_lower(x) == to_lower(y);
         });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_all_white_space(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_white_space);
}

std::string unfold(std::string_view field_body) {
  if (field_body.find('\r') == std::string_view::npos &&
      field_body.find('\n') == std::string_view::npos) {
    return std::string(field_body);
  }
  std::string unfolded;
  unfolded.reserve(field_body.size());
  for (char c : field_body) {
    if (c != '\r' && c != '\n') unfolded.push_back(c);
  }
  return unfolded;
}

}  // namespace mime
