#pragma once

// The one line that tells the sender's postmaster what failed.

#include <string>
#include <string_view>

#include "dkim/result.h"

namespace dkim {

// "opendkim._domainkey.example.org: body hash does not match".  Selector and
// domain are the sender's octets: what is not printable ASCII becomes "?", and
// what is long is cut.  Without a domain the line speaks of the field.
std::string cause_text(std::string_view selector, std::string_view sdid,
                       Cause cause);

}  // namespace dkim
