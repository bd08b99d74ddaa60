#pragma once

// The DNS of a check: a JSON object from names to lists of TXT records, or to
// a failure.
//
//   {"opendkim._domainkey.example.org": ["v=DKIM1; k=rsa; p=MIIBIjANBg..."],
//    "slow._domainkey.example.org": {"fail": "timeout"}}
//
// Each element of a list is one TXT record, its character-strings joined; an
// element may also be a list of the character-strings (RFC 1035 3.3.14), and a
// record alone may stand without a list.  fail is timeout, servfail, bogus or
// nxdomain.  A name that is not there does not exist.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "dkim/table_resolver.h"

namespace ctl {

struct DnsTable {
  std::shared_ptr<dkim::TableResolver> resolver;  // null after an error
  std::string error;
};

DnsTable to_dns_table(const nlohmann::json& object);
// The error begins with the file's name and line.
DnsTable read_dns_file(const std::string& path);

}  // namespace ctl
