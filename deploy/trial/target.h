#pragma once

// The relay that is tried out, as its chatmail.ini describes it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "deploy/trial/connection.h"

namespace trial {

struct Target {
  std::string host;            // where the relay's ports are
  std::string name;            // mail_domain
  std::string address_domain;  // behind the @
  std::vector<std::string> more_domains{};
  bool checks_certificate = true;
  bool has_web_registration = true;
  std::size_t user_name_length = 9;
  std::size_t password_length = 15;
  std::chrono::seconds patience{20};
  std::int64_t now = 0;  // seconds since 1970, for the Date field
};

struct Account {
  std::string address;
  std::string password;
};

// An endpoint of the relay, with TLS from the start.
Endpoint endpoint_of(const Target& target, std::uint16_t port);

// Nobody's account, and that nobody has: its name begins with "ci-".
Account new_account(const Target& target);

}  // namespace trial
