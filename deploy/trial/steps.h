#pragma once

// The steps of a trial, by what they are about; each in a file of its name.

#include "deploy/trial/trial.h"

namespace trial {

// Two accounts come to be by logging in; METADATA answers.
void try_accounts(Trial& trial);
// An encrypted message arrives, by each port, without what is to be taken away.
void try_delivery(Trial& trial);
// Cleartext and forgeries are refused.
void try_refusals(Trial& trial);
// Port 25 as other relays use it, and 443 for all.
void try_ports(Trial& trial);
// The page, autoconfig, /new of each domain.
void try_web(Trial& trial);

}  // namespace trial
