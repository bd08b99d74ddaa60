#pragma once

// What the world sees of a relay's records, beside what it should see.

#include <string>
#include <string_view>
#include <vector>

#include "deploy/machine/dns.h"
#include "deploy/zone/records.h"

namespace zone {

enum class State {
  kGood,
  kMissing,
  kDiffers,  // there is another one, which is to be changed
  // There are more than one, so that others take none, or any, of them (RFC
  // 6376 3.6.2.2, RFC 7208 4.5, RFC 8461 3.1, RFC 9989 4.10), or mail goes to
  // another host as well.
  kDoubled,
  kUnknown,  // the DNS does not say now
};

std::string_view to_string(State state);

struct Finding {
  Record record;
  State state = State::kUnknown;
  std::vector<std::string> found{};  // as the DNS has it
  std::string error{};               // of kUnknown
};

// Asks about all of them at once; the findings are in the order of `records`.
std::vector<Finding> check(const std::vector<Record>& records,
                           machine::Dns& dns);

}  // namespace zone
