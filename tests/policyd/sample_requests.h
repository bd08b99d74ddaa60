#pragma once

// Requests as Postfix 3.7 writes them.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace policyd_test {

using Attributes = std::vector<std::pair<std::string, std::string>>;

// All that Postfix sends at RCPT, in its order.
Attributes recipient_request();
// With one value changed, or the attribute added at the end.
Attributes with(Attributes attributes, const std::string& name,
                const std::string& value);
Attributes without(Attributes attributes, const std::string& name);

// As it goes over the wire.
std::string written(const Attributes& attributes);

}  // namespace policyd_test
