#pragma once

// May this header field stand in a part of an encrypted message?
//
// Part headers are shown by some clients and searched by others, so whatever
// could hold a sentence is refused: the fields are an allow-list and each has
// a closed set of values (mime/stock_texts.h).

#include <string_view>

#include "mime/content_type.h"
#include "mime/sink.h"

namespace mime {

// True when `field` says nothing to a reader.  `message_id` is the body of the
// message's own Message-ID, trimmed: a part may repeat it.
bool is_silent_part_field(const HeaderField& field,
                          std::string_view message_id);

// True when every parameter is a charset or a file name of the allow-list.
bool are_silent_parameters(const ContentType& content_type);

// A boundary of 70 octets holds a sentence, if blanks may stand in it
// (RFC 2046 5.1.1).
bool has_blank_in_boundary(const PartInfo& part);

}  // namespace mime
