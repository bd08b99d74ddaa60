#include "deploy/services/metadata/server_values.h"

#include <unistd.h>

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

// Nobody is sent to a relay that is not there.
std::string iroh_relay_of(const daemons::Settings& settings,
                          const std::string& domain) {
  if (settings.is_set("iroh_relay")) return settings.text("iroh_relay");
  const std::string program = settings.text("iroh_relay_program");
  if (access(program.c_str(), X_OK) != 0) return {};
  return "https://" + with_brackets(domain);
}

}  // namespace

std::string ServerValues::turn(std::time_t now) const {
  const TurnCredentials credentials = turn_credentials(turn_secret, now);
  return turn_host + ":" + credentials.user + ":" + credentials.password;
}

ServerValues server_values(const daemons::Settings& settings) {
  const std::string domain = settings.text("mail_domain");
  ServerValues values;
  values.iroh_relay = iroh_relay_of(settings, domain);
  values.turn_host =
      with_brackets(or_else(settings.text("turn_host"), domain)) + ":" +
      kTurnPort;
  values.app_versions_file = settings.text("app_versions_file");
  values.max_recipients = settings.number("max_smtp_recipients");
  return values;
}

}  // namespace metadata
