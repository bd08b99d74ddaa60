#include "deploy/relay/values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace relay {
namespace {

// What a peer of a call cannot be: this host, networks of our own, and what
// is no host's address (RFC 6890, RFC 4291).  A range that begins with the
// address of all zeros is one of everything for coturn, which refuses that
// address by itself.
constexpr const char* kDeniedPeers[] = {
    "0.0.0.1-0.255.255.255",
    "10.0.0.0-10.255.255.255",
    "100.64.0.0-100.127.255.255",
    "127.0.0.0-127.255.255.255",
    "169.254.0.0-169.254.255.255",
    "172.16.0.0-172.31.255.255",
    "192.0.0.0-192.0.0.255",
    "192.0.2.0-192.0.2.255",
    "192.88.99.0-192.88.99.255",
    "192.168.0.0-192.168.255.255",
    "198.18.0.0-198.19.255.255",
    "198.51.100.0-198.51.100.255",
    "203.0.113.0-203.0.113.255",
    "224.0.0.0-255.255.255.255",
    "::1",
    "::ffff:0.0.0.0-::ffff:255.255.255.255",
    "64:ff9b::-64:ff9b::ffff:ffff",
    "64:ff9b:1::-64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "100::-100::ffff:ffff:ffff:ffff",
    "2001::-2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

constexpr std::uint64_t kMegabyte = 1024ULL * 1024;

void add_limits(const Limits& limits, Values& values) {
  Texts& texts = values.texts;
  texts["MESSAGE_OCTETS"] = std::to_string(limits.message_octets);
  texts["MAILBOX_OCTETS"] = std::to_string(limits.mailbox_octets);
  // Down to 70 of 100.
  texts["QUOTA_KEPT_MEGABYTES"] = std::to_string(
      std::max<std::uint64_t>(limits.mailbox_octets / 100 * 70 / kMegabyte, 1));
  texts["RECIPIENTS"] = std::to_string(limits.recipients);
  texts["SMTP_CONNECTIONS"] = std::to_string(limits.smtp_connections);
  // One address has a fifth of them: many users may be behind it, not all.
  texts["SMTP_CONNECTIONS_OF_ONE"] =
      std::to_string(limits.smtp_connections / 5);
  texts["IMAP_CONNECTIONS"] = std::to_string(limits.imap_connections);
  // Each connection is counted at its login and after it.
  texts["ANVIL_CLIENTS"] = std::to_string(2 * limits.imap_connections);
}

void add_names(const Site& site, Values& values) {
  Texts& texts = values.texts;
  texts["MAIL_DOMAIN"] = site.mail_domain;
  texts["ADDRESS_DOMAIN"] = site.address_domain;
  texts["HOST_NAME"] = site.host_name;
  texts["MAIL_DOMAINS"] = fmt::format("{}", fmt::join(site.mail_domains, " "));
  auto& more = values.lists["MORE_DOMAINS"];
  auto& certified = values.lists["CERTIFIED_NAMES"];
  for (const std::string& name : certified_names(site)) {
    certified.push_back({{"NAME", name}});
  }
  for (const std::string& domain : site.mail_domains) {
    const Texts item = {{"DOMAIN", domain}};
    values.lists["DOMAINS"].push_back(item);
    if (domain != site.mail_domains.front()) more.push_back(item);
  }
  values.switches["HAS_MORE_DOMAINS"] = !more.empty();
  values.switches["HAS_ONE_DOMAIN"] = more.empty();
  // In sections that are not shown.
  if (more.empty()) more = {{{"DOMAIN", ""}}};
  if (certified.empty()) certified = {{{"NAME", ""}}};
  values.switches["IS_ADDRESS"] = site.is_address;
  values.switches["HAS_NAME"] = !site.is_address;
}

// As Postfix writes a place: relative to its queue directory where it can be,
// for services in the chroot and outside; host before port.
std::string of_postfix(const std::string& place) {
  constexpr std::string_view queue = "unix:/var/spool/postfix/";
  if (place.starts_with(queue)) return "unix:" + place.substr(queue.size());
  const std::size_t at = place.find('@');
  const std::size_t colon = place.find(':');
  if (place.starts_with('/') || at == std::string::npos) return place;
  return fmt::format("inet:{}:{}", place.substr(at + 1),
                     place.substr(colon + 1, at - colon - 1));
}

void add_sockets(const Site& site, Values& values) {
  Texts& texts = values.texts;
  texts["MILTER_SOCKET"] = site.milter_socket;
  texts["POLICYD_SOCKET"] = site.policyd_socket;
  texts["ACCOUNTS_SOCKET"] = site.accounts_socket;
  texts["MILTER_OF_POSTFIX"] = of_postfix(site.milter_socket);
  texts["POLICYD_OF_POSTFIX"] = of_postfix(site.policyd_socket);
  for (const std::string& file : site.dkim_keys) {
    values.lists["DKIM_KEYS"].push_back({{"DKIM_KEY", file}});
  }
}

void add_servers(Values& values) {
  for (const auto& [port, tls] :
       {std::pair{"993", "SSL"}, {"143", "STARTTLS"}, {"443", "SSL"}}) {
    values.lists["IMAP_SERVERS"].push_back(
        {{"IMAP_PORT", port}, {"IMAP_TLS", tls}});
  }
  for (const auto& [port, tls] :
       {std::pair{"465", "SSL"}, {"587", "STARTTLS"}, {"443", "SSL"}}) {
    values.lists["SMTP_SERVERS"].push_back(
        {{"SMTP_PORT", port}, {"SMTP_TLS", tls}});
  }
  for (const char* range : kDeniedPeers) {
    values.lists["DENIED_PEERS"].push_back({{"RANGE", range}});
  }
}

}  // namespace

Values values_of(const Site& site) {
  Values values;
  add_names(site, values);
  add_limits(site.limits, values);
  add_servers(values);
  add_sockets(site, values);
  Texts& texts = values.texts;
  for (const std::string& line : site.service_settings) {
    values.lists["SETTINGS"].push_back({{"SETTING", line}});
  }
  texts["TLS_CERTIFICATE"] = site.tls.certificate;
  texts["TLS_KEY"] = site.tls.key;
  texts["ACME_EMAIL"] = site.tls.acme_email;
  texts["ACME_SERVER"] = site.tls.acme_server;
  texts["MAILBOXES_DIR"] = site.mailboxes_dir;
  texts["ADMIN_ADDRESS"] = site.admin_mail;
  texts["MTAIL_ADDRESS"] = site.mtail_address;
  texts["TURN_SECRET_FILE"] = site.turn_secret_file;
  texts["IROH_PROGRAM"] = site.iroh_program;
  texts["WWW_ROOT"] = site.www_root;
  values.switches["ACME"] = site.tls.mode == TlsMode::kAcme;
  // A browser that insists would lock out who has to accept the certificate.
  values.switches["HSTS"] = site.tls.mode != TlsMode::kSelfSigned;
  values.switches["IPV6"] = site.ipv6;
  values.switches["NO_IPV6"] = !site.ipv6;
  values.switches["ADMIN_MAIL"] = !site.admin_mail.empty();
  values.switches["IMAP_COMPRESS"] = site.imap_compress;
  values.switches["IMAP_RAWLOG"] = site.imap_rawlog;
  values.switches["MTA_STS"] = publishes_mta_sts(site);
  values.switches["MTA_STS_LOOKUP"] = site.mta_sts_lookup;
  values.switches["MTAIL"] = !site.mtail_address.empty();
  values.switches["IROH_OURS"] = site.iroh == IrohRelay::kOurs;
  values.switches["HAS_RESOLVERS"] = !site.resolvers.empty();
  for (const std::string& resolver : site.resolvers) {
    values.lists["RESOLVERS"].push_back({{"RESOLVER", resolver}});
  }
  if (site.resolvers.empty()) {
    // In a section that is not shown.
    values.lists["RESOLVERS"] = {{{"RESOLVER", ""}}};
  }
  return values;
}

}  // namespace relay
