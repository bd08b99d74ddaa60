#pragma once

// The clock of this host.

namespace machine {

// Whether something keeps it right (NTP), as the kernel was told
// (adjtimex(2)).  In a container that is the host's.
bool is_clock_kept();

}  // namespace machine
