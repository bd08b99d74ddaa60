#pragma once

// Encoded words (RFC 2047) in the text of a header field, decoded to UTF-8.
//
// For what is shown and looked at, never for what is trusted: the author is
// read before any encoded word is decoded (mime/author.h).  What is no encoded
// word, or is one of a charset that nobody knows, stays as it stands.  White
// space between two encoded words goes (6.2).

#include <string>
#include <string_view>

namespace mime {

// The work can grow with the square of its size: callers cut it.
std::string decode_encoded_words(std::string_view unfolded);

}  // namespace mime
