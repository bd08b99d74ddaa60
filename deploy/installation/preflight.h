#pragma once

// What would make an installation fail, or a relay that nobody can reach, said
// before anything is touched.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deploy/machine/dns.h"
#include "deploy/machine/listening_ports.h"
#include "deploy/relay/site.h"

namespace installation {

struct Problem {
  std::string what;
  std::string remedy;
};

// Somebody who is no part of a relay listens on a port of it.
std::vector<Problem> occupied_ports(
    const std::vector<machine::ListeningPort>& listening);

// The records without which nobody finds the relay, or no authority certifies
// its names.  An answer that cannot be had is a problem too.
std::vector<Problem> missing_records(const relay::Site& site,
                                     machine::Dns& dns);

// The names that an authority certifies, of which the DNS has no address, or
// does not say now.
std::vector<Problem> unreachable_names(const relay::Site& site,
                                       machine::Dns& dns);

// The system is Debian 12; `os_release` is the text of /etc/os-release.
std::vector<Problem> wrong_system(const std::string& os_release);

// By what a clock can be judged.  Seconds since 1970.
struct ClockEvidence {
  std::int64_t made = 0;  // of this program: no clock can be before that
  bool is_kept = false;   // by NTP, says the kernel, which is believed
  // Of the root of the DNS, which signs anew each day for two weeks.
  std::optional<machine::SignaturePeriod> root{};
};

// A clock that is certainly behind or ahead: no certificate and no signature
// is valid by it.
std::vector<Problem> wrong_clock(std::int64_t now,
                                 const ClockEvidence& evidence);

// What speaks against a clock that may be right; "": nothing.
std::string clock_doubt(std::int64_t now, const ClockEvidence& evidence);

// Less room than a relay needs to begin with.  Octets.
std::vector<Problem> full_disk(const std::string& folder, std::uint64_t free);

}  // namespace installation
