#include "deploy/trial/target.h"

#include <string_view>

#include "deploy/trial/encrypted_message.h"

namespace trial {

Endpoint endpoint_of(const Target& target, std::uint16_t port) {
  return {.host = target.host,
          .port = port,
          .name = target.name,
          .alpn{},
          .tls = true,
          .checks_certificate = target.checks_certificate,
          .patience = target.patience};
}

Account new_account(const Target& target) {
  constexpr std::string_view kPrefix = "ci-";
  const std::size_t length = target.user_name_length;
  std::string name(kPrefix.substr(0, length));
  name += random_name(length - name.size());
  return {name + "@" + target.address_domain,
          random_name(target.password_length)};
}

}  // namespace trial
