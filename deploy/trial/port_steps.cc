#include "deploy/trial/steps.h"

namespace trial {
namespace {

// Other relays verify the certificate, or do not deliver.
Seen take_other_relays(const Trial& trial) {
  Endpoint endpoint = trial.endpoint(25);
  endpoint.tls = false;
  std::string error;
  const auto client = SmtpClient::open(endpoint, error, trial.opener());
  if (client == nullptr) return bad(error);
  client->quit();
  return good(endpoint.checks_certificate
                  ? "STARTTLS; the certificate is for " + endpoint.name
                  : "STARTTLS; nobody certifies " + endpoint.name);
}

Seen imap_on_443(const Trial& trial) {
  Endpoint endpoint = trial.endpoint(443);
  endpoint.alpn = "imap";
  std::string error;
  const auto client = trial.imap(endpoint, trial.alice, error);
  if (client == nullptr) return bad(error);
  client->log_out();
  return good("login");
}

Seen smtp_on_443(const Trial& trial) {
  Endpoint endpoint = trial.endpoint(443);
  endpoint.alpn = "smtp";
  std::string error;
  const auto client = SmtpClient::open(endpoint, error, trial.opener());
  if (client == nullptr) return bad(error);
  const Reply reply = client->log_in(trial.alice.address, trial.alice.password);
  client->quit();
  return reply.code == 235 ? good(reply.text) : bad(reply.text);
}

}  // namespace

void try_ports(Trial& trial) {
  trial.step("port 25 is for other relays, with TLS",
             "look at `journalctl -u postfix@-`; a certificate that is not "
             "good keeps all mail of other relays away: `chatmail status` has "
             "its days, `journalctl -u chatmail-acme` why there is no other",
             true, [&trial] { return take_other_relays(trial); });
  const std::string advice =
      "look at `nginx -t` and `journalctl -u nginx`; libnginx-mod-stream has "
      "to be installed";
  trial.step("port 443 is for IMAP (ALPN imap)", advice, trial.has_accounts(),
             [&trial] { return imap_on_443(trial); });
  trial.step("port 443 is for SMTP (ALPN smtp)", advice, trial.has_accounts(),
             [&trial] { return smtp_on_443(trial); });
}

}  // namespace trial
