#pragma once

// What the world sees of a relay's records, beside what it should see.

#include <string>
#include <vector>

#include "deploy/ctl/zone.h"
#include "deploy/machine/dns.h"

namespace ctl {

enum class ZoneState {
  kGood,
  kMissing,
  kDiffers,  // there is another one, which is to be changed
  kUnknown,  // the DNS does not say now
};

std::string_view to_string(ZoneState state);

struct ZoneFinding {
  ZoneRecord record;
  ZoneState state = ZoneState::kUnknown;
  std::vector<std::string> found{};  // as the DNS has it
  std::string error{};               // of kUnknown
};

// Asks about one record.  What matches is told by ZoneMatch; further records
// beside a matching one are nobody's business.
ZoneFinding check_record(const ZoneRecord& record, machine::Dns& dns);

}  // namespace ctl
