#pragma once

// Finds the white space that relaxed canonicalization changes (RFC 6376
// 3.4.4).  In ordinary text and in base64 there is next to none, so this scan
// is what a body costs beside its hash.

#include <cstddef>
#include <string_view>

namespace dkim {

// The first index at or behind `from` of a TAB, of a SP that is followed by
// SP, TAB or CR, or of a SP that ends the text; text.size() when none.
std::size_t find_changing_blank(std::string_view text, std::size_t from);

// The same, octet by octet: the twin for machines without SSE2, and the
// oracle.
std::size_t find_changing_blank_scalar(std::string_view text, std::size_t from);

}  // namespace dkim
