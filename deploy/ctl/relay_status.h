#pragma once

// How a relay does, in lines: its services, ports, certificate, queue, disks,
// pushes and refusals.
//
// Each is asked where it is known: systemd and its journal, or without systemd
// the processes; the kernel's sockets; files; postqueue(1).  What cannot be
// asked is a line that says so, so that nothing is missing in silence.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/relay/site.h"

namespace ctl {

// nlohmann's default constructor allocates nothing.
// NOLINTNEXTLINE(bugprone-exception-escape)
struct StatusLine {
  enum class Kind { kGood, kBad, kUnknown };
  std::string section;  // "service", "port", ...
  std::string name;
  Kind kind = Kind::kGood;
  std::string text;                // for a person
  nlohmann::ordered_json facts{};  // beside section, name and kind
};

struct StatusWorld {
  const relay::Site& site;
  const daemons::Settings& settings;
  std::int64_t now = 0;
  std::string proc = "/proc";
};

using StatusLines = std::vector<StatusLine>;

StatusLines service_status(const StatusWorld& world);
StatusLines port_status(const StatusWorld& world);
StatusLines certificate_status(const StatusWorld& world);
StatusLines queue_status(const StatusWorld& world);
StatusLines disk_status(const StatusWorld& world);
StatusLines push_status(const StatusWorld& world);
// Of the last day, by direction and reason.
StatusLines refusal_status(const StatusWorld& world);

}  // namespace ctl
