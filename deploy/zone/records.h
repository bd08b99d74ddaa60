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

namespace zone {

enum class Match {
  kAddress,     // one of the name's records is that
  kAnyAddress,  // an A or AAAA record, whichever: ours is not known here
  kExact,       // one of the records is that, word by word
  kExchange,    // MX: to that host alone, whatever its preference
  kAlias,       // the name leads to an address of `target`
  kKey,         // DKIM: the one record, and a key record with the same key
  kBegin,       // TXT: the one record of those that begin with `target`
  kPolicy,      // DMARC: the one record of its kind, with p=reject
  kIssuer,      // CAA: that authority may issue
};

struct Record {
  std::string name;  // without the final dot
  machine::DnsType type = machine::DnsType::kA;
  // As words_of_rdata() has it; "": it cannot be told here, any will do.
  std::string value;
  Match match = Match::kExact;
  bool is_required = false;
  std::string purpose;  // what does not work without it
  std::string target{};
};

struct PublishedKey {
  std::string name;    // selector._domainkey.domain
  std::string record;  // v=DKIM1; ...
};

struct Facts {
  std::vector<std::string> ipv4;  // public ones of this host
  std::vector<std::string> ipv6;
  std::vector<PublishedKey> keys;
  std::string acme_account;  // its URL; "" when there is none yet
  std::int64_t now = 0;
};

std::vector<Record> records_of(const relay::Site& site, const Facts& facts);

// "name. 3600 IN TXT "..." "..."", without a line end.
std::string line_of(const Record& record);

// All of them with comments.  What is not known here stands as a comment.
std::string file_of(const std::vector<Record>& records);

}  // namespace zone
