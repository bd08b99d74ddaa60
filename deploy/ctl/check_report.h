#pragma once

// What `chatmail check` says about a message: to a person, to a program, and
// against what a manifest wanted.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "deploy/ctl/check_case.h"
#include "deploy/ctl/judging.h"

namespace ctl {

// "accept", "reject" or "tempfail".  A message that is dropped in silence was
// accepted, as far as its sender can know.
std::string_view verdict_word(policy::Verdict verdict);

// "reject 523 5.7.1 ... (cleartext: ...)", "accept 250 2.0.0 OK (encrypted)".
std::string describe(const Case& subject, const Outcome& outcome);

// The same with the verdict's word in green, yellow or red.
std::string coloured(std::string description, policy::Verdict verdict);

// "wanted reject 523, got accept", or "" when the outcome is what the case
// expects.
std::string difference(const Case& subject, const policy::Judgement& judgement);

// file, verdict, reply, reason, detail, shape; of a case of a manifest ok and
// position; reverse_path when it becomes another; emitted when not empty.
nlohmann::ordered_json to_json(const Case& subject, const Outcome& outcome,
                               const std::string& emitted);

}  // namespace ctl
