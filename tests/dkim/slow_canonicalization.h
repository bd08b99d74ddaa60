#pragma once

// RFC 6376 3.4 word for word on a whole body, slow and obvious: the oracle of
// dkim/canonicalization.h.

#include <string>
#include <string_view>

#include "dkim/canonicalization.h"

namespace dkim::testing {

inline std::string slow_relaxed_lines(std::string_view body) {
  std::string out;
  for (std::size_t i = 0; i < body.size();) {
    if (body[i] != ' ' && body[i] != '\t') {
      out += body[i++];
      continue;
    }
    while (i < body.size() && (body[i] == ' ' || body[i] == '\t')) ++i;
    const bool at_line_end =
        i == body.size() || body.substr(i).starts_with("\r\n");
    if (!at_line_end) out += ' ';
  }
  return out;
}

inline std::string slow_canonical_body(Canonicalization form,
                                       std::string_view body) {
  const bool relaxed = form == Canonicalization::kRelaxed;
  std::string out = relaxed ? slow_relaxed_lines(body) : std::string(body);
  while (out.ends_with("\r\n")) out.resize(out.size() - 2);
  if (!relaxed || !out.empty()) out += "\r\n";
  return out;
}

}  // namespace dkim::testing
