#pragma once

// The steps of `chatmail test` about what other relays demand of our mail: that
// the DNS publishes the key by which we sign, and that a signature holds by it.
//
// The DNS is asked as `chatmail dns` and `chatmail dkim test` ask it.  A relay
// at an IP address signs for nobody; of a `_` name that no DNS knows, a relay
// to try things out, others have no key either: for both this does not matter.

#include "deploy/ctl/command.h"
#include "deploy/ctl/trial_relay.h"
#include "deploy/trial/trial.h"

namespace ctl {

void try_signatures(const TrialRelay& relay, Surroundings& surroundings,
                    const trial::Trial::Tell& tell);

}  // namespace ctl
