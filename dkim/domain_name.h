#pragma once

// Domain names as DKIM compares and looks them up.
//
// U-labels and A-labels of one name are equal (RFC 8616); ASCII names are
// compared without regard to case and may contain underscores, as the names
// of test relays do.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dkim {

constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string ascii_lower(std::string_view text);

// Here, because field names are compared by the hundred for a message, and most
// differ in their length.
inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}

// Lower case and A-labels, or nullopt when it is no name that the DNS can
// hold: labels of 1 to 63 letters, digits, hyphens and underscores, at most
// 253 octets.  A final dot is not allowed (RFC 6376 3.5).
std::optional<std::string> canonical_domain(std::string_view domain);

// Both in canonical form: the same name, or below it.
bool is_same_or_below(std::string_view name, std::string_view domain);

}  // namespace dkim
