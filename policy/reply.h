#pragma once

// Replies, in the words that clients and postmasters know (design: the reply
// table).  What a sender wrote is cut to kMaxQuoted printable ASCII octets
// before it stands in one.

#include <string>
#include <string_view>

#include "policy/judgement.h"

namespace policy {

// The longest piece of a foreign text in a reply.
inline constexpr std::size_t kMaxQuoted = 64;
// One line of a reply behind its codes; RFC 5321 4.5.3.1.5 allows 512 in all.
inline constexpr std::size_t kMaxReplyText = 450;

// Printable ASCII, other octets as '?', at most kMaxQuoted.
std::string quoted(std::string_view foreign_text);

// "554 5.7.1 Some words" taken apart; the enhanced status code may be absent.
Reply make_reply(std::string_view line);

// `reply_line` as for make_reply(); a code of 4xx is temporary.
Judgement refuse(std::string_view reason, std::string_view reply_line,
                 std::string_view detail = {});
Judgement discard(std::string_view reason, std::string_view detail = {});
Judgement accept();

}  // namespace policy
