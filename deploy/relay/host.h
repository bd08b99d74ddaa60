#pragma once

// What the host says of itself and chatmail.ini cannot: which optional
// programs are installed.  A value, so that a test is a host of any make.

#include "daemon/settings.h"

namespace relay {

struct Host {
  // The program that `iroh_relay_program` names is there and may be run.
  bool has_iroh_relay = false;
};

Host this_host(const daemons::Settings& settings);

}  // namespace relay
