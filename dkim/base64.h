#pragma once

// Base64 (RFC 4648 4) as it stands in b=, bh= and p=: white space anywhere
// (RFC 6376 3.2), nothing else foreign.  Padding may be missing, because it
// adds nothing; octets behind it may not be there.

#include <optional>
#include <string>
#include <string_view>

namespace dkim {

std::optional<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view octets);

}  // namespace dkim
