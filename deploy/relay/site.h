#pragma once

// A relay as chatmail.ini and the host describe it: all that its configuration
// depends on, checked, so that what is rendered from it needs no more ifs.
//
// Every text in here is safe to stand in any of the files: what could end a
// line, a quote or a block there is refused when the Site is made.

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/relay/host.h"

namespace relay {

enum class TlsMode {
  kAcme,        // by acmetool, renewed without anybody
  kExternal,    // tls_external_cert_and_key: somebody else's files
  kSelfSigned,  // nobody certifies this name: `_` in front, or an IP address
};

// The pair of kSelfSigned.
inline constexpr const char* kSelfSignedCertificate =
    "/etc/ssl/certs/mailserver.pem";
inline constexpr const char* kSelfSignedKey = "/etc/ssl/private/mailserver.key";

// The web page, which nginx serves.
inline constexpr const char* kWebRoot = "/var/www/html";

// What clients are told of iroh, for their direct connections.
enum class IrohRelay {
  kNone,
  kOurs,     // its program is on this host
  kForeign,  // iroh_relay has the address of another
};

struct Tls {
  TlsMode mode = TlsMode::kAcme;
  std::string certificate;  // the chain, PEM
  std::string key;
  std::string acme_email;   // may be empty
  std::string acme_server;  // the directory's URL
};

struct Limits {
  std::uint64_t message_octets = 0;
  std::uint64_t mailbox_octets = 0;
  std::uint64_t recipients = 0;
  std::uint64_t imap_connections = 0;
  std::uint64_t smtp_connections = 0;
};

struct Site {
  std::string mail_domain;     // a name, or an IP address without brackets
  std::string address_domain;  // what stands behind the @
  std::string host_name;       // what the servers call themselves
  bool is_address = false;     // mail_domain is an IP address
  bool is_ipv6_address = false;
  // Every domain with accounts, address_domain first.
  std::vector<std::string> mail_domains;
  std::string mailboxes_dir;
  bool ipv6 = true;
  Tls tls;
  Limits limits;
  IrohRelay iroh = IrohRelay::kNone;
  std::string iroh_program;
  std::string turn_secret_file;
  bool imap_rawlog = false;
  bool imap_compress = false;
  bool redis_by_network = false;       // the limits are in a Redis on a port
  bool mta_sts_lookup = false;         // of the relays that we send to
  std::string mtail_address;           // empty: no mtail
  std::string admin_mail;              // privacy_mail; may be empty
  std::vector<std::string> resolvers;  // dns_forwarders; empty: the roots
  std::string www_root;
  std::vector<std::string> dkim_keys;  // files; the relay's own first
  // Places, as daemons::parse_socket_place() takes them.
  std::string milter_socket;
  std::string policyd_socket;
  std::string accounts_socket;
  // Lines of chatmail.ini that our services may read; they have to be told of
  // those that change.
  std::vector<std::string> service_settings;
  std::uint64_t doveauth_http_port = 0;
  std::uint64_t newemail_port = 0;
};

// Whether an authority may certify the name: not an address literal, and no
// underscore in front, which is no host name (RFC 952).
bool is_certifiable(const std::string& domain);

// Whether it has a policy of MTA-STS (RFC 8461), which asks for a certificate
// of its MX that others trust.
bool publishes_mta_sts(const Site& site);

// What one certificate of an authority is for: every domain that it may
// certify, its page and its policy.
std::vector<std::string> certified_names(const Site& site);

struct SiteResult {
  Site site;
  std::vector<std::string> errors;    // "KEY: what"; nothing may be rendered
  std::vector<std::string> warnings;  // keys without effect, and why
};

SiteResult make_site(const daemons::Settings& settings, const Host& host);

}  // namespace relay
