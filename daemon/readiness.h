#pragma once

// What systemd is told (sd_notify(3)); without systemd nothing happens.

#include <string>

namespace daemons {

void notify_ready(const std::string& status);
void notify_reloading();  // notify_ready() ends it
void notify_stopping();

}  // namespace daemons
