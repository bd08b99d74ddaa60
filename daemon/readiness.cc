#include "daemon/readiness.h"

#include <systemd/sd-daemon.h>

#include <chrono>

namespace daemons {

void notify_ready(const std::string& status) {
  sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void notify_reloading() {
  // Type=notify-reload wants the monotonic time beside it (systemd 253).
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  sd_notify(
      0,
      ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds)).c_str());
}

void notify_stopping() { sd_notify(0, "STOPPING=1"); }

}  // namespace daemons
