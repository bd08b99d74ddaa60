#pragma once

// What belongs to a relay beside its files: Debian packages, units, and the
// commands by which each program says whether it takes its configuration.

#include <string>
#include <vector>

#include "deploy/relay/site.h"

namespace relay {

// To be installed; without recommended ones.
std::vector<std::string> packages(const Site& site);

// Our services that always run, and read chatmail.ini themselves; in the order
// of their start.
std::vector<std::string> daemons();

// Every unit that is ours, whatever the Site: the package's and rendered ones.
// In the order in which they stop.
std::vector<std::string> own_units();

// The units of Debian that a relay is made of, in the order of their start.
std::vector<std::string> stock_units();

// Units of Debian that a relay may have turned off.
std::vector<std::string> silenced_units();

// To be enabled and running, in the order of their start.
std::vector<std::string> units(const Site& site);

// What runs behind a unit of units(), where that is another: Debian's
// postfix.service ends at once, and an instance of postfix@.service is Postfix.
std::string running_unit(const std::string& unit);

// The service that a timer or a path unit starts; "" for a service.
std::string started_service(const std::string& unit);

// To be off: what a Debian package starts that would be in the way, and
// optional services that this Site does not have.
std::vector<std::string> unwanted_units(const Site& site);

struct Check {
  std::string of;  // "postfix", "nginx", ...
  std::vector<std::string> command;
  bool wants_certificate = false;  // it fails while there is none
};

// With the files in place; each succeeds when they are right.
std::vector<Check> checks(const Site& site);

}  // namespace relay
