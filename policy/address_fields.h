#pragma once

// To and Cc as they may leave: bare addresses, or one empty group.

#include <optional>
#include <string>
#include <string_view>

namespace policy {

// "<a@b>, <c@d>" of an address-list (RFC 5322 3.4) whose every address is a
// mailbox with a dot-atom before its '@'; display names and comments go.  An
// empty group comes back as
// `"hidden-recipients": ;`.  nullopt when there is anything else in it.
// `unfolded` is a field body without foldings.
std::optional<std::string> bare_addresses(std::string_view unfolded);

}  // namespace policy
