#pragma once

// The device tokens of an account, as its metadata.json has them:
//   {"devicetoken": {"TOKEN": seconds since 1970, ...}, ...}
//
// A token lives for 90 days after it was set last; one that is from the future
// is no token.  Files of older relays have a list of tokens instead: it counts
// as set now, and is written in the new form at the next change.  Other members
// are left as they are.  What is no JSON object has no tokens, and the next
// change begins anew: clients set their token at each login.

#include <cstddef>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace metadata {

inline constexpr std::time_t kTokenLife = std::time_t{90} * 86'400;
// Clocks of clients' hosts are not ours.
inline constexpr std::time_t kFutureSlack = 60;
// Those of today have about 200 octets.
inline constexpr std::size_t kMaxToken = 4096;
// A person has few devices; the oldest go first.
inline constexpr std::size_t kMaxTokens = 32;

// Printable ASCII without blanks, at most kMaxToken octets.
bool is_token(std::string_view token);

// Those that are alive, in the order of the file.
std::vector<std::string> tokens_of(std::string_view file, std::time_t now);

// The file's new text: with `token` set now, and without what has expired.
std::string with_token(std::string_view file, std::string_view token,
                       std::time_t now);
// Without `token`; nullopt when it was not there.
std::optional<std::string> without_token(std::string_view file,
                                         std::string_view token,
                                         std::time_t now);
// Without any; nullopt when there was none.
std::optional<std::string> without_tokens(std::string_view file);

}  // namespace metadata
