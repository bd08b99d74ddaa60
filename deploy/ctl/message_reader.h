#pragma once

// A message in a file into what a judge is fed: header fields and a body.
//
// Nothing is repaired.  The header section ends at the first empty line, a
// field ends at a CRLF that no blank follows (RFC 5322 2.2).  A line of the
// header section that is no field, because it has no colon or begins with a
// blank where nothing can be continued, becomes a field without a name: the
// judge sees that the section is malformed, as the parser does that reads a
// whole message.  (Postfix ends the header section at such a line; that view
// is `--as-postfix`.)
//
// Editors and tools on Unix store a message with LF.  SMTP knows CRLF only, so
// octets in which no line end has a CR are read with CRLF; where both kinds
// occur they are kept, because then the difference may be what is examined.

#include <string>
#include <string_view>
#include <vector>

#include "policy/header_plan.h"

namespace ctl {

struct MessageView {
  std::vector<policy::HeaderField> fields;
  std::string body;
};

// `octets` with every LF as CRLF if none of them has a CR before it.
std::string with_crlf(std::string octets);

MessageView read_message(std::string_view octets);

// The octets of a message: what read_message() took apart.
std::string write_message(const std::vector<policy::HeaderField>& fields,
                          std::string_view body);

}  // namespace ctl
