#pragma once

// How long what is kept, in the settings of chatmail.ini, as of one moment.

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <optional>
#include <string_view>

#include "daemon/settings.h"
#include "mailbox/folders.h"

namespace expire {

struct Retention {
  std::time_t now = 0;
  // Seconds since 1970; what is older goes.
  std::time_t mails = 0;
  std::time_t large_mails = 0;
  std::time_t logins = 0;
  // Octets; the oldest messages beyond it go.
  off_t quota = 0;
};

Retention retention_of(const daemons::Settings& settings, std::time_t now);

enum class Reason : std::uint8_t { kOld, kLarge, kQuota, kUnused, kEmpty };

// The setting that says so; "empty" for a directory that is none's.
std::string_view word_of(Reason reason);

// By its age alone.  nullopt: it stays.
std::optional<Reason> reason_to_remove(const Retention& retention,
                                       const mailbox::Message& message);

}  // namespace expire
