#include "deploy/relay/services.h"

namespace relay {

std::vector<std::string> packages(const Site& site) {
  std::vector<std::string> names = {"ca-certificates",
                                    "coturn",
                                    "dovecot-core",
                                    "dovecot-imapd",
                                    "dovecot-lmtpd",
                                    "nginx-light",
                                    "openssl",
                                    "postfix",
                                    "unbound",
                                    "dns-root-data",
                                    "libnginx-mod-stream"};
  if (site.tls.mode == TlsMode::kAcme)
    names.insert(names.end(), {"acmetool", "curl"});
  if (!site.mtail_address.empty()) names.emplace_back("mtail");
  if (site.mta_sts_lookup) names.emplace_back("postfix-mta-sts-resolver");
  if (site.doveauth_http_port != 0) names.emplace_back("dovecot-auth-lua");
  return names;
}

std::vector<std::string> units(const Site& site) {
  std::vector<std::string> names = {"unbound.service",
                                    "chatmail-doveauth.service",
                                    "chatmail-lastlogin.service",
                                    "chatmail-metadata.service",
                                    "chatmail-newemail.service",
                                    "chatmail-policyd.service",
                                    "chatmail-milter.service",
                                    "dovecot.service",
                                    "postfix.service",
                                    "nginx.service",
                                    "coturn.service",
                                    "chatmail-expire.timer",
                                    "chatmail-fsreport.timer"};
  switch (site.tls.mode) {
    case TlsMode::kAcme:
      names.emplace_back("chatmail-acme.timer");
      break;
    case TlsMode::kExternal:
      names.emplace_back("chatmail-certificate.path");
      break;
    case TlsMode::kSelfSigned:
      break;
  }
  if (site.iroh == IrohRelay::kOurs) names.emplace_back("iroh-relay.service");
  if (!site.mtail_address.empty()) {
    names.emplace_back("chatmail-mtail.service");
  }
  if (site.mta_sts_lookup) {
    names.emplace_back("postfix-mta-sts-resolver.service");
  }
  return names;
}

std::string running_unit(const std::string& unit) {
  return unit == "postfix.service" ? "postfix@-.service" : unit;
}

std::string started_service(const std::string& unit) {
  const std::string kind = unit.substr(unit.rfind('.') + 1);
  if (kind != "timer" && kind != "path") return {};
  return unit.substr(0, unit.size() - kind.size()) + "service";
}

std::vector<std::string> unwanted_units(const Site& site) {
  // Debian's mtail reads files that are not there; opendkim and its like are
  // of relays from before.
  std::vector<std::string> names = {"mtail.service",
                                    "unbound-resolvconf.service"};
  if (site.tls.mode != TlsMode::kAcme) {
    names.emplace_back("chatmail-acme.timer");
    names.emplace_back("acmetool.timer");
  }
  if (site.tls.mode != TlsMode::kExternal) {
    names.emplace_back("chatmail-certificate.path");
  }
  if (site.iroh != IrohRelay::kOurs) names.emplace_back("iroh-relay.service");
  if (site.mtail_address.empty()) {
    names.emplace_back("chatmail-mtail.service");
  }
  if (!site.mta_sts_lookup) {
    names.emplace_back("postfix-mta-sts-resolver.service");
  }
  return names;
}

std::vector<Check> checks(const Site& site) {
  std::vector<Check> all = {
      {"postfix", {"/usr/sbin/postfix", "check"}},
      {"dovecot", {"/usr/bin/doveconf", "-n"}},
      {"nginx", {"/usr/sbin/nginx", "-t", "-q"}},
      {"unbound", {"/usr/sbin/unbound-checkconf"}},
      {"milter", {"/usr/bin/chatmail-milter", "--check-config"}},
      {"policyd", {"/usr/bin/chatmail-policyd", "--check-config"}}};
  if (!site.mtail_address.empty()) {
    all.push_back(
        {"mtail",
         {"/usr/bin/mtail", "--compile_only", "--progs", "/etc/mtail"}});
  }
  return all;
}

}  // namespace relay
