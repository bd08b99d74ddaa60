#pragma once

// A DNS message in wire format (RFC 1035 4) into the TXT records of its
// answer, or how long a negative answer holds.
//
// The owner names in the answer section are not compared: the resolver has
// followed CNAMEs and validated, so every TXT record there belongs to the
// question.  All offsets are checked against the message.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dkim {

struct DnsAnswer {
  std::uint16_t rcode = 0;         // 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN
  std::vector<std::string> texts;  // a record each, its strings joined
  // The least of the answer's records, CNAMEs included; for a negative answer
  // what RFC 2308 5 says of the SOA, and 0 without one.
  std::uint32_t ttl = 0;
};

// nullopt when the message is malformed.
std::optional<DnsAnswer> parse_dns_answer(std::string_view message);

}  // namespace dkim
