#pragma once

// The DNS records that a relay needs, as lines of a zone file.
//
// Required ones are those without which mail does not arrive or is refused by
// other relays; recommended ones keep others from writing in its name, or help
// clients to find it.  A relay at an IP address has none.

#include <cstdint>
#include <string>
#include <vector>

#include "deploy/machine/dns.h"
#include "deploy/relay/site.h"

namespace ctl {

enum class ZoneMatch {
  kAddress,   // one of the name's records is that
  kExact,     // one of the records is that, word by word
  kExchange,  // MX: to that host, whatever its preference
  kAlias,     // the name leads to an address of `target`
  kKey,       // DKIM: a key record with the same key
  kBegin,     // TXT: one begins with `target`
  kPolicy,    // DMARC, with p=reject
  kIssuer,    // CAA: that authority may issue
};

struct ZoneRecord {
  std::string name;  // without the final dot
  machine::DnsType type = machine::DnsType::kA;
  // As words_of_rdata() has it; "": it cannot be told here, any will do.
  std::string value;
  ZoneMatch match = ZoneMatch::kExact;
  bool is_required = false;
  std::string purpose;  // what does not work without it
  std::string target{};
};

struct PublishedKey {
  std::string name;    // selector._domainkey.domain
  std::string record;  // v=DKIM1; ...
};

struct ZoneFacts {
  std::vector<std::string> ipv4;  // public ones of this host
  std::vector<std::string> ipv6;
  std::vector<PublishedKey> keys;
  std::string acme_account;  // its URL; "" when there is none yet
  std::int64_t now = 0;
};

std::vector<ZoneRecord> zone_records(const relay::Site& site,
                                     const ZoneFacts& facts);

// "name. 3600 IN TXT "..." "..."", without a line end.
std::string zone_line(const ZoneRecord& record);

// All of them with comments.  What is not known here stands as a comment.
std::string zone_file(const std::vector<ZoneRecord>& records);

// The public addresses of this host's interfaces, of one family.
std::vector<std::string> public_addresses(int family);
// Whether the world can reach it: not private, not of a link or the loopback.
bool is_public_address(const std::string& address);

}  // namespace ctl
