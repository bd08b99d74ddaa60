#pragma once

// The hash that a signature signs (RFC 6376 3.7): the chosen header fields in
// canonical form, then the DKIM-Signature field itself with b= empty and
// without its final CRLF.

#include <optional>

#include "dkim/header_section.h"
#include "dkim/public_key.h"
#include "dkim/signature.h"

namespace dkim {

// `field` is where the signature stands in the section; a signature whose h=
// names DKIM-Signature covers others, never itself (3.5).
std::optional<Digest> header_hash(HeaderSection& section,
                                  const Signature& signature,
                                  std::size_t field);

}  // namespace dkim
