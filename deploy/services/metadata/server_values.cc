#include "deploy/services/metadata/server_values.h"

#include "deploy/services/metadata/turn_credentials.h"

namespace metadata {
namespace {

constexpr char kTurnPort[] = "3478";

// An IPv6 address in front of a port stands in brackets (RFC 3986 3.2.2).
std::string with_brackets(const std::string& host) {
  return host.find(':') == std::string::npos || host.starts_with('[')
             ? host
             : "[" + host + "]";
}

std::string or_else(const std::string& text, const std::string& fallback) {
  return text.empty() ? fallback : text;
}

}  // namespace

std::string ServerValues::turn(std::time_t now) const {
  const TurnCredentials credentials = turn_credentials(turn_secret, now);
  return turn_host + ":" + credentials.user + ":" + credentials.password;
}

ServerValues server_values(const daemons::Settings& settings) {
  const std::string domain = settings.text("mail_domain");
  ServerValues values;
  values.iroh_relay =
      or_else(settings.text("iroh_relay"), "https://" + with_brackets(domain));
  values.turn_host =
      with_brackets(or_else(settings.text("turn_host"), domain)) + ":" +
      kTurnPort;
  values.app_versions_file = settings.text("app_versions_file");
  values.max_recipients = settings.number("max_smtp_recipients");
  return values;
}

}  // namespace metadata
