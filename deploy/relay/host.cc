#include "deploy/relay/host.h"

#include <unistd.h>

namespace relay {

Host this_host(const daemons::Settings& settings) {
  Host host;
  host.has_iroh_relay =
      access(settings.text("iroh_relay_program").c_str(), X_OK) == 0;
  return host;
}

}  // namespace relay
