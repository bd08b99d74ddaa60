#pragma once

// Messages that are right, for a test to break one thing of.

#include <vector>

#include "policy/header_plan.h"
#include "tests/milter/relay_in_a_directory.h"

namespace test {

// The key of those messages, `ttl` in seconds.
inline constexpr const char* kAliceKeyName = "s1._domainkey.alice.example";
dkim::testing::DnsRecord alice_record(std::uint32_t ttl = 300);

// Encrypted, from alice@alice.example, signed with a key that `names` tells.
Submission inbound_message(dkim::testing::DnsServer& names);
// The same without a signature, and a signature over what is there now.
Submission unsigned_inbound_message();
void sign(Submission& submission, dkim::testing::DnsServer& names);

// Encrypted, from bob@relay.example, who is logged in.
Submission outbound_message();

policy::HeaderField& field(Submission& submission, const std::string& name);

// The header section as Postfix has it after the edits of an outcome, folded
// with CRLF; each edit is checked to hit something.
std::vector<policy::HeaderField> edited(const Submission& submission,
                                        const Outcome& outcome);
// "<new@reverse.path>" of a change of the reverse-path, or "".
std::string new_reverse_path(const Outcome& outcome);
std::vector<std::string> removed_recipients(const Outcome& outcome);

}  // namespace test
