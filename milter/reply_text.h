#pragma once

// A reply's text as smfi_setreply() takes it: it reads '%' as the begin of a
// directive, and refuses the whole reply for a CR, a LF or a text that is too
// long, after which the client would get a reply without words.

#include <cstddef>
#include <string>
#include <string_view>

namespace milter {

// Behind the two codes, which take at most 14 octets; RFC 5321 4.5.3.1.5
// allows 512 in all.
inline constexpr std::size_t kMaxReplyText = 490;

// '%' doubled, octets outside printable ASCII as '?', at most kMaxReplyText.
std::string reply_text(std::string_view text);

}  // namespace milter
