#pragma once

// mail_domain is a domain name, or for relays without one an IP address.

#include <string>
#include <string_view>

namespace daemons {

// Letters, digits, hyphens and underscores between dots (relays with a name
// that begins with an underscore exist), or an IPv4 or IPv6 address.
bool is_mail_domain(std::string_view text);

// The right-hand side of the relay's addresses; an IP address becomes a literal
// (RFC 5321 4.1.3).  All of it is in lower case, the tag "ipv6:" too, as
// Dovecot hands user names on and as mailboxes are called.
std::string domain_of_addresses(std::string_view mail_domain);

}  // namespace daemons
