#pragma once

// Is this UTF-8 (RFC 3629 4)?  Overlong forms, surrogates and what lies above
// U+10FFFF are not.

#include <string_view>

namespace mime {

bool is_utf8(std::string_view text);

// Whether valid UTF-8 holds a C1 control character (U+0080 to U+009F).
bool has_c1_control(std::string_view text);

// Whether valid UTF-8 holds a character that is not seen, turns the direction
// of what is, or is another's twin: format characters (soft hyphen, zero
// width, bidi), spaces beyond ASCII, half- and full-width forms.  In an
// address they make two look like one (RFC 8264 4.2 disallows them).
bool has_deceptive_character(std::string_view text);

}  // namespace mime
