#pragma once

// A message as it was sent, into the message that a milter of Postfix sees.
//
// Postfix rewrites some of a message before any milter: stray CR and LF, NUL,
// overlong lines and fields, a header section that ends early, fields that it
// drops or adds.  What is signed there and judged here would otherwise be two
// messages.  docs/postfix-view.md has each rule with an example; tests/stack
// compares this function with a running Postfix 3.7.11.
//
// It holds for deploy/templates/postfix.  Two passes of bounded look-ahead,
// linear in the input.  Left to Postfix: completing an address without a
// domain in what sendmail(1) hands in, and the size of a whole message.

#include <cstdint>
#include <string>
#include <string_view>

#include "deploy/ctl/message_reader.h"
#include "policy/envelope.h"

namespace ctl {

struct PostfixOptions {
  // Inbound and internal mail keeps Received fields; what sendmail(1) hands in
  // (local) gets the fields that it lacks.
  policy::Direction direction = policy::Direction::kInbound;
  // What the added fields say; used for local mail only.
  std::string reverse_path;
  std::string hostname;
  std::string queue_id;
  std::int64_t now = 0;  // seconds since the epoch
};

struct PostfixView {
  MessageView message;
  // The reply by which Postfix refuses the message itself; empty: a milter
  // sees it to the end.
  std::string refusal;
};

// `octets` is what stands between DATA and the final dot, dots unstuffed.
PostfixView postfix_view(std::string_view octets,
                         const PostfixOptions& options);

}  // namespace ctl
