#pragma once

// The trace of one message through the parser, by either way in.

#include <cstddef>
#include <string>
#include <string_view>

#include "mime/limits.h"

namespace mime {

// Fed `chunk` octets at a time; 0 is all at once.
std::string trace_of(std::string_view message, std::size_t chunk = 0,
                     const Limits& limits = {});

// Fed in two pieces, cut at `split`.
std::string trace_of_split(std::string_view message, std::size_t split,
                           const Limits& limits = {});

// By header_field(), end_of_header(), body(); the header section is taken
// apart line by line, by code that has nothing in common with the parser.
// Only for messages whose first section has valid fields and CRLF line ends.
std::string trace_of_milter_view(std::string_view message, std::size_t chunk,
                                 const Limits& limits = {});

}  // namespace mime
