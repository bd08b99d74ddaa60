#pragma once

// May this delivery status notification come in?
//
// It is readable by nature.  One that returns a header section with our own
// valid signature answers a message of ours and may say more; any other is
// held to what a server says when a mailbox does not exist.

#include "policy/facts.h"

namespace policy {

// False too when the shape is another, or there is a reverse-path.
bool is_acceptable_bounce(const Facts& facts);

}  // namespace policy
