#pragma once

// What every client of this relay is told alike, from chatmail.ini.

#include <cstdint>
#include <ctime>
#include <string>

#include "daemon/settings.h"

namespace metadata {

struct ServerValues {
  std::string iroh_relay;   // "": none that we know of
  std::string turn_host;    // with its port
  std::string turn_secret;  // "": no TURN here
  std::string app_versions_file;
  std::uint64_t max_recipients = 0;

  // HOST:PORT:USER:PASSWORD, with credentials that begin now.
  std::string turn(std::time_t now) const;
};

// All but the secret, which is in a file of its own.
ServerValues server_values(const daemons::Settings& settings);

}  // namespace metadata
