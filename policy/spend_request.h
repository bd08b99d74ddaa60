#pragma once

// How a message is counted over the wire: the milter asks, the policy service
// answers.  docs/policyd.md has the format; both sides have it from here.
//
// The frame is Postfix's policy protocol: lines NAME=VALUE, and an empty line
// ends a request and an answer.  A value is octets without LF and NUL; what
// has one, or is longer than kMaxSpendValue, is not sent at all, because a
// limit may be by any of these texts and a changed one would be another's.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "policy/world.h"

namespace policy {

// The value of `request`.
inline constexpr std::string_view kSpendRequest = "chatmail_spend";

// An address has at most 320 octets (RFC 5321 4.5.3.1), and smtpd takes lines
// of 2,048.
inline constexpr std::size_t kMaxSpendValue = 2048;
// An answer is a reply and two words.
inline constexpr std::size_t kMaxSpendAnswer = 1024;

// nullopt: some value cannot be sent.
std::optional<std::string> spend_request(const Spend& spend);

// The answer, its empty line included.
std::string spend_answer(const SpendAnswer& answer);

// `text` is an answer without its empty line; nullopt: it cannot be read.
std::optional<SpendAnswer> parse_spend_answer(std::string_view text);

}  // namespace policy
