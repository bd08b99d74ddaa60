#pragma once

// The DMARC policy record that a domain publishes (RFC 9989): what its owner
// wants done with mail that does not prove its author.
//
// A relay proves every author itself, so nothing is decided by it unless a
// rule asks.  Found by the tree walk (4.10): at _dmarc.DOMAIN, else at the
// organizational domain, else at the public suffix above it; at most eight
// queries, however long the name.
//
// Not looked at: np=, which would need to know whether the domain exists; t=,
// rua=, ruf=, for nothing is reported.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dkim/key_resolver.h"

namespace dkim {

enum class DmarcPolicy : std::uint8_t { kNone, kQuarantine, kReject };
std::string_view to_string(DmarcPolicy);

// Begins with the version tag "v=DMARC1" (4.7): anything else is no policy
// record, and is as if it were not there.
bool is_policy_record(std::string_view text);

struct PolicyRecord {
  DmarcPolicy policy = DmarcPolicy::kNone;            // p=
  DmarcPolicy subdomain_policy = DmarcPolicy::kNone;  // sp=, or p=
  bool strict_dkim = false;                           // adkim=s
  enum class Psd : std::uint8_t { kUnknown, kYes, kNo };
  Psd psd = Psd::kUnknown;  // psd=
};

// Unknown tags are ignored; a policy that is no known word is kNone (4.7).
PolicyRecord parse_policy_record(std::string_view text);

struct PolicyAnswer {
  LookupStatus status = LookupStatus::kTemperror;
  DmarcPolicy policy = DmarcPolicy::kNone;  // for that domain; of kFound
  std::string domain;                       // where the record is; of kFound
};

// Waits for the DNS until `deadline` at most.  `author_domain` in any form; one
// that the DNS cannot hold has no record.
PolicyAnswer look_up_policy(std::string_view author_domain,
                            KeyResolver& resolver,
                            std::chrono::steady_clock::time_point deadline);

}  // namespace dkim
