#pragma once

// What the settings come to.  Immutable; a reload makes another.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemon/settings.h"

namespace newemail {

struct Setup {
  enum class Registration : std::uint8_t { kOpen, kInvite, kClosed };

  Registration registration = Registration::kOpen;
  std::string mail_domain;  // of the relay's web page
  std::string domain;       // of the addresses
  // Nobody has signed the certificate, so a client has to be told to take it:
  // relays whose name begins with an underscore, or that have none.
  bool is_self_signed = false;
  std::string login_host;  // where it is not `domain`
  std::size_t local_part_length = 0;
  std::size_t password_length = 0;
  std::string nocreate_file;
  std::string invites_file;
  std::uint16_t port = 0;  // on the loopback, beside the unix socket
  std::vector<std::string> trusted_proxies;
  std::uint64_t most_per_network = 0;  // an hour
};

// Null when there are errors.
std::shared_ptr<const Setup> make_setup(const daemons::Settings& settings,
                                        std::vector<std::string>& errors);

}  // namespace newemail
