#pragma once

// A running relay tried out from one end to the other, as clients use it: two
// new accounts log in, write to each other, and do what the relay must refuse.
//
// Each step is one finding, told as soon as it is there, with what was said
// and what an operator does about it.  A step whose ground is missing (no
// account, no message) is told as not tried, and counts as a failure.  What is
// sent is bounded: a handful of small messages between the two accounts.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "deploy/trial/connection.h"

namespace trial {

struct Target {
  std::string host;            // where the relay's ports are
  std::string name;            // mail_domain
  std::string address_domain;  // behind the @
  bool checks_certificate = true;
  bool has_web_registration = true;
  std::size_t user_name_length = 9;
  std::size_t password_length = 15;
  std::chrono::seconds patience{20};
  std::int64_t now = 0;  // seconds since 1970, for the Date field
};

struct Finding {
  enum class Kind : std::uint8_t { kGood, kBad, kNotTried };
  std::string step;
  Kind kind = Kind::kNotTried;
  double seconds = 0;
  std::string said;    // what was seen
  std::string advice;  // what to do, of a failure
};

struct Outcome {
  bool is_good = true;
  std::vector<std::string> accounts;  // that were made, and are still there
};

Outcome try_relay(const Target& target,
                  const std::function<void(const Finding&)>& tell);

// An endpoint of the relay.
Endpoint endpoint_of(const Target& target, std::uint16_t port);

}  // namespace trial
