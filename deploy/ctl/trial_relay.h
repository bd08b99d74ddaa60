#pragma once

// What `chatmail test` and `chatmail bench` have in common: the relay of
// chatmail.ini as a target, and the accounts that they have made there.
//
// Those are taken away again where that is allowed: by root, on the host of the
// relay.  Elsewhere they go as all that nobody uses.

#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/ctl/command.h"
#include "deploy/relay/site.h"
#include "deploy/trial/target.h"

namespace ctl {

struct TrialRelay {
  daemons::Settings settings;
  relay::Site site;
  std::string error;  // not empty: chatmail.ini is of no use
};

TrialRelay read_trial_relay(const std::string& config_file);

trial::Target target_of(const TrialRelay& relay, const std::string& host,
                        unsigned patience, std::int64_t now);

// "" when all are gone, else what is left and why.
std::string remove_accounts(const std::vector<std::string>& accounts,
                            const std::string& config_file,
                            Surroundings& surroundings);

}  // namespace ctl
