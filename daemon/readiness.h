#pragma once

// What systemd is told (sd_notify(3)); without systemd nothing happens.

#include <string>

namespace daemons {

// Ends the start, or a reload.
void notify_ready(const std::string& status);
void notify_reloading();  // notify_ready() ends it
void notify_stopping();

// Lines of that protocol, with a descriptor beside them if it is not -1.  False
// where nobody wants to hear.
bool notify(const std::string& message, int file = -1);

}  // namespace daemons
