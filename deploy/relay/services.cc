#include "deploy/relay/services.h"

#include <algorithm>

namespace relay {

std::vector<std::string> daemons() {
  return {"chatmail-doveauth.service", "chatmail-lastlogin.service",
          "chatmail-metadata.service", "chatmail-newemail.service",
          "chatmail-policyd.service",  "chatmail-milter.service"};
}

std::vector<std::string> own_units() {
  // What would start others is first; who asks before who answers.
  std::vector<std::string> names = {
      "chatmail-acme.timer",          "chatmail-expire.timer",
      "chatmail-fsreport.timer",      "chatmail-certificate.path",
      "chatmail-acme.service",        "chatmail-expire.service",
      "chatmail-fsreport.service",    "chatmail-mtail.service",
      "chatmail-certificate.service", "iroh-relay.service"};
  const std::vector<std::string> running = daemons();
  names.insert(names.end(), running.rbegin(), running.rend());
  return names;
}

std::vector<std::string> stock_units() {
  return {"unbound.service", "dovecot.service", "postfix.service",
          "nginx.service", "coturn.service"};
}

std::vector<std::string> silenced_units() {
  // Debian's mtail reads files that are not there; acmetool's timer would do
  // what ours does.
  return {"mtail.service", "unbound-resolvconf.service", "acmetool.timer",
          "postfix-mta-sts-resolver.service"};
}

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
  // What others ask is first, and the services before who asks them.
  const std::vector<std::string> stock = stock_units();
  std::vector<std::string> names = {stock.front()};
  for (std::string& name : daemons()) names.push_back(std::move(name));
  names.insert(names.end(), stock.begin() + 1, stock.end());
  names.emplace_back("chatmail-expire.timer");
  names.emplace_back("chatmail-fsreport.timer");
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
  const std::vector<std::string> on = units(site);
  std::vector<std::string> names = silenced_units();
  // Of ours what stands for an option.
  for (const std::string& name : own_units()) {
    if (!started_service(name).empty() || name == "iroh-relay.service" ||
        name == "chatmail-mtail.service") {
      names.push_back(name);
    }
  }
  std::erase_if(names, [&](const std::string& name) {
    return std::find(on.begin(), on.end(), name) != on.end();
  });
  return names;
}

std::vector<Check> checks(const Site& site) {
  std::vector<Check> all = {{"postfix", {"/usr/sbin/postfix", "check"}, true},
                            {"dovecot", {"/usr/bin/doveconf", "-n"}, true},
                            {"nginx", {"/usr/sbin/nginx", "-t", "-q"}, true},
                            {"unbound", {"/usr/sbin/unbound-checkconf"}, true}};
  for (const std::string& unit : daemons()) {
    const std::string name = unit.substr(0, unit.rfind('.'));
    // These two have names that Dovecot's side knows them by.
    const bool has_short_name =
        name == "chatmail-doveauth" || name == "chatmail-lastlogin";
    const std::string program =
        has_short_name ? name.substr(name.find('-') + 1) : name;
    all.push_back({program, {"/usr/bin/" + program, "--check-config"}});
  }
  if (!site.mtail_address.empty()) {
    all.push_back(
        {"mtail",
         {"/usr/bin/mtail", "--compile_only", "--progs", "/etc/mtail"}});
  }
  return all;
}

}  // namespace relay
