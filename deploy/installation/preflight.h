#pragma once

// What would make an installation fail, or a relay that nobody can reach, said
// before anything is touched.

#include <cstdint>
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

// The system is Debian 12; `os_release` is the text of /etc/os-release.
std::vector<Problem> wrong_system(const std::string& os_release);

// A clock that is behind the day on which this program was made makes every
// certificate invalid.  Seconds since 1970.
std::vector<Problem> wrong_clock(std::int64_t now, std::int64_t made);

// Less room than a relay needs to begin with.  Octets.
std::vector<Problem> full_disk(const std::string& folder, std::uint64_t free);

}  // namespace installation
