#pragma once

// What pages may say of a relay: every key of chatmail.ini under its name, in
// words for people where it is a size, and what follows from them.
//
//   account_link      opens Delta Chat with a new account; empty where there
//                     is none for everybody (invitations, closed, IP address)
//   address_domain    behind the @ of the relay's addresses
//   registration_invite, registration_closed, ip_only    "yes" or "no"

#include <string>

#include "daemon/settings.h"
#include "deploy/webpage/expansion.h"

namespace webpage {

Values page_values(const daemons::Settings& settings);

// "500 MiB", "1.5 GiB", "200 octets".
std::string readable_size(std::uint64_t octets);

}  // namespace webpage
