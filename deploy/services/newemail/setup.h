#pragma once

// What the settings come to.  Immutable; a reload makes another.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"

namespace newemail {

// A domain with addresses.
struct Domain {
  std::string host;       // of its web page
  std::string addresses;  // what stands behind the @
  // Nobody has signed the certificate, so a client has to be told to take it:
  // names that begin with an underscore, and a relay that has none.
  bool is_self_signed = false;
  std::string login_host;  // where it is not `addresses`
};

struct Setup {
  enum class Registration : std::uint8_t { kOpen, kInvite, kClosed };

  Registration registration = Registration::kOpen;
  std::vector<Domain> domains;  // that of mail_domain first
  std::size_t local_part_length = 0;
  std::size_t password_length = 0;
  std::string nocreate_file;
  std::string invites_file;
  std::uint16_t port = 0;  // on the loopback, beside the unix socket
  std::vector<std::string> trusted_proxies;
  std::uint64_t most_per_network = 0;  // an hour
};

// The domain that a request is for, by its Host field (RFC 9110 7.2): a name,
// perhaps with `www.` in front and a port behind.  Any other name is asked for
// by somebody who means the relay: the first domain.
const Domain& domain_of_host(const Setup& setup, std::string_view host);

std::shared_ptr<const Setup> make_setup(const daemons::Settings& settings);

}  // namespace newemail
