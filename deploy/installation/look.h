#pragma once

// A look at this host and at the DNS, before anything is touched and when an
// authority did not find the way here; what is in the way is told.

#include "daemon/settings.h"
#include "deploy/installation/installer.h"

namespace installation {

// Whether nothing is in the way.
bool look_at_host(const daemons::Settings& settings, const relay::Site& site,
                  const Options& options, Story& story);

// Why an authority that asks at each name that it is to certify may not have
// got to this host.
void look_at_certified_names(const daemons::Settings& settings,
                             const relay::Site& site, Story& story);

}  // namespace installation
