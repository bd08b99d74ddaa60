#pragma once

// Which header fields leave with an outgoing message, and in what form.
//
// The header section is not encrypted, so it is reduced to an allow-list with
// a grammar for each field: what does not fit is dropped, what fits but says
// more than it must (display names, comments) is replaced by its bare form.
// ASCII only.  What readable text the grammar lets through stands in
// docs/security.md.

#include <optional>
#include <string>
#include <string_view>

namespace policy {

struct ReductionContext {
  std::string_view author;  // the one addr-spec of From
  bool autocrypt_setup_message = false;
};

// What becomes of one field: nullopt drops it; otherwise its body as it is to
// leave, unfolded and trimmed, or `as_it_is` when it may stay untouched.
struct ReducedField {
  bool as_it_is = false;
  std::string body;
};

std::optional<ReducedField> reduce_field(std::string_view name,
                                         std::string_view body,
                                         const ReductionContext& context);

// A Message-ID that cannot leave is a refusal, not a drop: without it the
// replies to the message would be orphans (RFC 5322 3.6.4).
bool is_message_id(std::string_view body);

}  // namespace policy
