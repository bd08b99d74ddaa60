#include "deploy/services/metadata/keys.h"

namespace metadata {
namespace {

constexpr std::string_view kPrivate = "priv/";
constexpr std::string_view kShared = "shared/";
constexpr std::string_view kServer =
    "vendor/vendor.dovecot/pvt/server/vendor/deltachat/";

// What stands behind the guid; "" when there is nothing.
std::string_view behind_guid(std::string_view rest) {
  const std::size_t slash = rest.find('/');
  if (slash == 0 || slash == std::string_view::npos) return {};
  return rest.substr(slash + 1);
}

Key private_key(std::string_view name) {
  if (name == "devicetoken") return Key::kDeviceToken;
  if (name == "messagenew") return Key::kMessageNew;
  return Key::kUnknown;
}

Key server_key(std::string_view name) {
  if (name == "irohrelay") return Key::kIrohRelay;
  if (name == "turn") return Key::kTurn;
  if (name == "maxsmtprecipients") return Key::kMaxSmtpRecipients;
  if (name == "appversions") return Key::kAppVersions;
  return Key::kUnknown;
}

}  // namespace

Key key_of(std::string_view key) {
  if (key.starts_with(kPrivate)) {
    return private_key(behind_guid(key.substr(kPrivate.size())));
  }
  if (!key.starts_with(kShared)) return Key::kUnknown;
  const std::string_view name = behind_guid(key.substr(kShared.size()));
  if (!name.starts_with(kServer)) return Key::kUnknown;
  return server_key(name.substr(kServer.size()));
}

}  // namespace metadata
