#pragma once

// Credentials for coturn's REST scheme (use-auth-secret): the user is when they
// end, the password is HMAC-SHA1 of that under a secret that this host and its
// coturn share, in base64.  Nobody has to keep them, and they end by
// themselves.

#include <ctime>
#include <string>
#include <string_view>

namespace metadata {

inline constexpr std::time_t kTurnLife = std::time_t{5} * 86'400;

struct TurnCredentials {
  std::string user;
  std::string password;
};

TurnCredentials turn_credentials(std::string_view secret, std::time_t now);

}  // namespace metadata
