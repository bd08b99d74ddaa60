#pragma once

// One value of chatmail.ini: what it means by the kind of its key, and whether
// it may stand there.  Whoever reads the file asks here, so that what one
// program takes no other refuses.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/known_keys.h"

namespace daemons {

// Octets of kSize, days of kDays, seconds of kSeconds.
std::optional<std::uint64_t> whole_number(ValueKind kind,
                                          std::string_view text);
std::optional<double> fraction(std::string_view text);
std::optional<bool> yes_or_no(std::string_view text);

// "'VALUE' is not WHAT IS ALLOWED"; empty when it is right.
std::string what_is_wrong(const KnownKey& key, std::string_view value);

}  // namespace daemons
