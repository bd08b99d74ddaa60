#pragma once

// The keys that Dovecot's passdb and userdb ask for.
//
//   shared/passdb/PASSWORD"USER           as relays' Dovecot is configured
//   shared/passdb/PASSWORD"USER"REMOTE    with the client's address
//
// Each field is Dovecot's %E: a backslash stands before each backslash and
// quote in it.

#include <optional>
#include <string>
#include <string_view>

namespace doveauth {

struct PassdbKey {
  std::string password;
  std::string user;
  std::string remote;  // may be empty
};

// `key` without "shared/passdb/"; nullopt when it has not two or three fields.
std::optional<PassdbKey> parse_passdb_key(std::string_view key);

}  // namespace doveauth
