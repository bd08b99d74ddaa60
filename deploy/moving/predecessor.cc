#include "deploy/moving/predecessor.h"

#include <unistd.h>

namespace moving {
namespace {

constexpr TheirUnit kUnits[] = {
    {"filtermail.service"},
    {"filtermail-incoming.service"},
    {"filtermail-transport.service"},
    {"opendkim.service"},
    {"doveauth.service"},
    {"lastlogin.service"},
    {"chatmail-metadata.service", true},
    {"chatmail-expire.timer", true},
    {"chatmail-expire.service", true},
    {"chatmail-fsreport.timer", true},
    {"chatmail-fsreport.service", true},
    {"turnserver.service"},
    {"mtail.service"},
    {"fcgiwrap.service"},
    {"fcgiwrap.socket"},
    {"acmetool-redirector.service"},
    {"acmetool-reconcile.timer"},
    {"acmetool-reconcile.service"},
    {"tls-cert-reload.path"},
    {"tls-cert-reload.service"},
    {"echobot.service"},
    {"doveauth-dictproxy.service"},
    {"mta-sts-daemon.service"},
};

struct Known {
  const char* path;
  const char* what;
};
constexpr Known kLeftovers[] = {
    {"/usr/local/lib/chatmaild", "its programs, and its chatmail.ini"},
    {"/usr/local/bin/filtermail", "its filter"},
    {"/usr/local/bin/chatmail-turn",
     "its TURN server; coturn takes its place, with a secret of its own"},
    {"/etc/opendkim.conf", "of OpenDKIM: the milter signs now"},
    {"/etc/mtail/delivered_mail.mtail", "of mtail: the metrics are others"},
    {"/etc/apt/preferences.d/pin-dovecot",
     "keeps its own build of Dovecot, which stays as it is"},
    {"/usr/lib/cgi-bin/newemail.py", "chatmail-newemail takes its place"},
    {"/etc/cron.d/expunge", "removes mail by itself: take it away"},
    {"/etc/cron.d/chatmail-metrics", "counts by itself: take it away"},
    {"/home/vmail/passdb.sqlite",
     "accounts of relays of 2023: chatmail account import takes them over"},
};

}  // namespace

std::span<const TheirUnit> their_units() { return kUnits; }

std::vector<Leftover> leftovers(const std::string& root) {
  std::vector<Leftover> found;
  for (const Known& one : kLeftovers) {
    if (access((root + one.path).c_str(), F_OK) == 0) {
      found.push_back({one.path, one.what});
    }
  }
  return found;
}

Predecessor read_predecessor(const std::string& ini, const std::string& name) {
  Predecessor found;
  found.ini = ini;
  daemons::SettingsFile file = daemons::parse_settings(ini, name);
  found.errors = std::move(file.errors);
  found.warnings = std::move(file.warnings);
  found.settings = std::move(file.settings);
  if (!found.errors.empty()) return found;
  relay::SiteResult made = relay::make_site(found.settings, {});
  found.site = std::move(made.site);
  found.errors = std::move(made.errors);
  found.warnings.insert(found.warnings.end(), made.warnings.begin(),
                        made.warnings.end());
  return found;
}

Roots their_roots(const relay::Site& site) {
  Roots roots;
  add_root(roots, Part::kMailboxes, site.mailboxes_dir);
  add_root(roots, Part::kKeys, "/etc/dkimkeys");
  if (site.tls.mode == relay::TlsMode::kAcme) {
    add_root(roots, Part::kCertificates, "/var/lib/acme");
  } else {
    add_root(roots, Part::kCertificates, site.tls.certificate);
    add_root(roots, Part::kCertificates, site.tls.key);
  }
  add_root(roots, Part::kSettings, "/etc/chatmail-nocreate");
  add_queue(roots);
  std::erase_if(roots,
                [](const Root& root) { return is_of_the_system(root.path); });
  return roots;
}

}  // namespace moving
