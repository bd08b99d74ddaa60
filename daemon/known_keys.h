#pragma once

// Every key that chatmail.ini may hold: those that relays use today, and
// ours.  A key that is not here is warned about, for it is a slip of the pen
// that would otherwise be silent.

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace daemons {

enum class ValueKind {
  kText,     // may be empty, may have several lines
  kWords,    // separated by white space
  kInteger,  // 0 and above
  kDecimal,  // 0 and above, with or without a fraction
  kSize,     // octets, or with K, M, G (powers of 1024)
  kDays,     // 20 or 20d
  kSeconds,  // 10 or 10s
  kPort,     // 1 to 65535
  kYesNo,    // yes, no, true, false, on, off, 1, 0 in any case
  kPath,     // absolute, or empty
  kAddress,  // one IP address, without brackets
  kServers,  // IP addresses, each perhaps with @PORT
  kUrl,      // http:// or https://
};

struct KnownKey {
  std::string_view name;
  ValueKind kind;
  std::string_view fallback;   // what holds when the file is silent
  std::string_view choices{};  // of kText: the only values, separated by '|'
  // Of whole numbers (octets, days, seconds): what makes sense.
  static constexpr std::uint64_t kNoEnd =
      std::numeric_limits<std::uint64_t>::max();
  std::uint64_t least = 0;
  std::uint64_t most = kNoEnd;
};

std::span<const KnownKey> known_keys();

// nullptr when there is none.
const KnownKey* find_known_key(std::string_view name);

// The known name that differs least from `name`; empty when none is near
// enough to be meant.
std::string_view nearest_known_name(std::string_view name);

}  // namespace daemons
