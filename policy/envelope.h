#pragma once

// What SMTP said before the message: who hands it in, from whom, to whom.

#include <string>
#include <string_view>
#include <vector>

namespace policy {

// Told by Postfix's {daemon_name}, never guessed from addresses.
enum class Direction {
  kInbound,   // INBOUND: port 25, from other servers; any unknown name too
  kOutbound,  // ORIGINATING: ports 465 and 587, after login
  kLocal,     // LOCAL: sendmail on this host; judged as outbound
  kInternal,  // INTERNAL: Postfix's own bounces; signed, never refused
};

// "INBOUND", "ORIGINATING", "LOCAL", "INTERNAL" in any case.
Direction direction_of_daemon_name(std::string_view daemon_name);
std::string_view to_string(Direction);

struct Envelope {
  Direction direction = Direction::kInbound;
  std::string login;         // {auth_authen}; empty: not logged in
  std::string reverse_path;  // without angle brackets; empty: <>
  // As Postfix resolved them ({rcpt_addr}), without angle brackets.
  std::vector<std::string> recipients;
  // There were more than kMaxRecipientOctets holds; these are the first.
  bool too_many_recipients = false;
  std::string client_address;  // text of an IPv4 or IPv6 address, or empty
  int client_port = 0;         // 0: unknown
  // Only where a rule asks for them (Rulebook::asks()).
  std::string helo;
  std::string tls_version;
  std::string tls_cipher;
};

// The direction that the message may claim.  kInternal is signed and never
// refused, so it is for what Postfix itself writes alone: from this host, with
// the null reverse-path or double-bounce(5)'s.  Anything else that comes under
// that name, through a service that forgot its own, is inbound.
Direction proven_direction(const Envelope& envelope);

// The form under which accounts are kept: lower case, `+detail` cut.
std::string canonical_recipient(std::string_view forward_path);

// Loopback, or no address at all.
bool is_this_host(std::string_view client_address);

// The /32 or /64 in which an address is, "192.0.2.1/32"; empty for this host
// and for what is no address.
std::string client_network(std::string_view client_address);

// The domain of an address in lower case; empty when there is no '@'.
std::string domain_of(std::string_view address);

}  // namespace policy
