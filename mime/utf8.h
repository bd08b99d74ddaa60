#pragma once

// Is this UTF-8 (RFC 3629 4)?  Overlong forms, surrogates and what lies above
// U+10FFFF are not.

#include <string_view>

namespace mime {

bool is_utf8(std::string_view text);

// Whether valid UTF-8 holds a C1 control character (U+0080 to U+009F).
bool has_c1_control(std::string_view text);

}  // namespace mime
