#include "deploy/relay/site.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "daemon/ip_address.h"
#include "daemon/known_keys.h"
#include "daemon/socket_place.h"
#include "milter/judging_settings.h"

namespace relay {
namespace {

using daemons::Settings;

// Keys of relays' files that nothing here has a use for.
struct Unused {
  const char* key;
  const char* why;
};
constexpr char kNoProxyFilter[] =
    "mail is judged by a milter in Postfix's own conversation, so there is no "
    "proxy and no port for mail to come back to";
constexpr Unused kUnused[] = {
    {"filtermail_smtp_port", kNoProxyFilter},
    {"filtermail_smtp_port_incoming", kNoProxyFilter},
    {"filtermail_http_port_incoming",
     "mail is not taken over HTTP; it comes to port 25"},
    {"filtermail_lmtp_port_transport",
     "Postfix itself delivers to other relays"},
    {"filtermail_host", kNoProxyFilter},
    {"postfix_host", kNoProxyFilter},
    {"postfix_reinject_port", kNoProxyFilter},
    {"postfix_reinject_port_incoming", kNoProxyFilter},
    {"turn_socket_path",
     "TURN credentials are made from turn_secret_file, no program is asked"},
};

// What may stand in any configuration file, unquoted and quoted.
bool is_safe(std::string_view text, std::string_view also) {
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alphanumeric || also.find(static_cast<char>(c)) != also.npos;
  });
}

// A public address, or all that the host has.
bool is_seen_by_the_world(const std::string& address) {
  return daemons::is_public_address(address) || address == "0.0.0.0" ||
         address == "::";
}

class Maker {
 public:
  Maker(const Settings& settings, const Host& host)
      : settings_(settings), host_(host) {}

  SiteResult make() {
    name();
    domains();
    tls();
    limits();
    options();
    keys();
    sockets();
    service_settings();
    for (const Unused& unused : kUnused) {
      if (settings_.is_set(unused.key)) {
        result_.warnings.push_back(
            fmt::format("{}: has no effect: {}", unused.key, unused.why));
      }
    }
    return std::move(result_);
  }

 private:
  void wrong(std::string_view key, std::string_view what) {
    result_.errors.push_back(fmt::format("{}: {}", key, what));
  }

  std::string path(std::string_view key, const std::string& value) {
    if (!value.starts_with('/') || !is_safe(value, "/._-+@[]:")) {
      wrong(key, fmt::format("'{}' is not an absolute path of letters, digits "
                             "and /._-+@",
                             value));
    }
    return value;
  }

  std::string checked(std::string_view key, std::string_view also) {
    std::string value = settings_.text(key);
    if (!is_safe(value, also)) {
      wrong(key,
            fmt::format("'{}' has a character that cannot stand there", value));
    }
    return value;
  }

  void name() {
    Site& site = result_.site;
    if (!settings_.is_set("mail_domain") ||
        settings_.text("mail_domain").empty()) {
      wrong("mail_domain", "is not set");
      return;
    }
    site.address_domain = settings_.address_domain();
    site.is_address = site.address_domain.starts_with('[');
    site.mail_domain = site.address_domain;
    site.host_name = site.mail_domain;
    if (!site.is_address) return;
    site.mail_domain = site.mail_domain.substr(1, site.mail_domain.size() - 2);
    constexpr std::string_view tag = "ipv6:";
    site.is_ipv6_address = site.mail_domain.find(':') != std::string::npos;
    if (site.is_ipv6_address) site.mail_domain.erase(0, tag.size());
    site.host_name = reverse_name(site.mail_domain, site.is_ipv6_address);
  }

  // A host without a name calls itself as its reverse lookup would be asked
  // for: it has to be a domain name (RFC 1035 3.5, RFC 3596 2.5).
  static std::string reverse_name(const std::string& address, bool is_ipv6) {
    unsigned char octets[16] = {};
    const int size = is_ipv6 ? 16 : 4;
    inet_pton(is_ipv6 ? AF_INET6 : AF_INET, address.c_str(), octets);
    std::string name;
    for (int i = size - 1; i >= 0; --i) {
      const unsigned octet = octets[i];
      name += is_ipv6 ? fmt::format("{:x}.{:x}.", octet & 15U, octet >> 4U)
                      : fmt::format("{}.", octet);
    }
    return name + (is_ipv6 ? "ip6.arpa" : "in-addr.arpa");
  }

  void domains() {
    Site& site = result_.site;
    site.mail_domains = settings_.address_domains();
    site.mailboxes_dir = path("mailboxes_dir", settings_.mailboxes_dir());
  }

  void tls() {
    Site& site = result_.site;
    Tls& tls = site.tls;
    tls.acme_email = checked("acme_email", "@.+_-");
    tls.acme_server = checked("acme_server", ":/._-[]");
    const auto files = settings_.words("tls_external_cert_and_key");
    if (files.size() == 2) {
      tls.mode = TlsMode::kExternal;
      tls.certificate = path("tls_external_cert_and_key", files[0]);
      tls.key = path("tls_external_cert_and_key", files[1]);
    } else if (!files.empty()) {
      wrong("tls_external_cert_and_key",
            "two paths are wanted, the certificate's and the key's");
    } else if (!is_certifiable(site.address_domain)) {
      tls.mode = TlsMode::kSelfSigned;
      tls.certificate = kSelfSignedCertificate;
      tls.key = kSelfSignedKey;
      warn_of_certifiable_domains();
    } else {
      for (const std::string& domain : site.mail_domains) {
        if (is_certifiable(domain)) continue;
        result_.warnings.push_back(
            "more_mail_domains: no authority certifies " + domain +
            ", and clients do not log in where the certificate is for "
            "another name");
      }
      tls.certificate = "/var/lib/acme/live/" + site.mail_domain + "/fullchain";
      tls.key = "/var/lib/acme/live/" + site.mail_domain + "/privkey";
    }
    agree_on_tls(files.empty());
  }

  // Beside a name that nobody certifies they have its certificate.
  void warn_of_certifiable_domains() {
    const Site& site = result_.site;
    for (const std::string& domain : site.mail_domains) {
      if (!is_certifiable(domain)) continue;
      result_.warnings.push_back(
          "more_mail_domains: " + domain +
          " has the self-signed certificate of " + site.mail_domain +
          ", which others accept of names with _ in front alone: other relays "
          "do not deliver to it, and clients do not log in there");
    }
  }

  // tls_cert says what the other settings come to; who wrote it counts on it.
  void agree_on_tls(bool has_no_files) {
    const std::string wanted = settings_.text("tls_cert");
    const TlsMode mode = result_.site.tls.mode;
    const std::string_view word = mode == TlsMode::kAcme       ? "acme"
                                  : mode == TlsMode::kExternal ? "external"
                                                               : "self";
    if (wanted.empty() || wanted == word) return;
    const char* why = "no authority certifies the name of this relay";
    if (!has_no_files) {
      why = "tls_external_cert_and_key names files; take that line away";
    } else if (wanted == "external") {
      why = "tls_external_cert_and_key has to name the two files";
    } else if (wanted == "self") {
      why =
          "clients and relays accept such a certificate only of a mail_domain "
          "that begins with _ or is an IP address";
    }
    wrong("tls_cert", fmt::format("'{}' is refused, it would be '{}': {}",
                                  wanted, word, why));
  }

  void limits() {
    Limits& limits = result_.site.limits;
    limits.message_octets = settings_.number("max_message_size");
    limits.mailbox_octets = settings_.number("max_mailbox_size");
    limits.recipients = settings_.number("max_smtp_recipients");
    limits.imap_connections = settings_.number("max_imap_connections");
    limits.smtp_connections = settings_.number("max_smtp_connections");
  }

  void options() {
    Site& site = result_.site;
    site.ipv6 = !settings_.yes("disable_ipv6");
    if (!site.ipv6 && site.is_ipv6_address) {
      wrong("disable_ipv6", "mail_domain is an IPv6 address");
    }
    site.iroh_program =
        path("iroh_relay_program", settings_.text("iroh_relay_program"));
    if (settings_.is_set("iroh_relay")) {
      site.iroh = checked("iroh_relay", ":/._-[]").empty()
                      ? IrohRelay::kNone
                      : IrohRelay::kForeign;
    } else if (host_.has_iroh_relay) {
      site.iroh = IrohRelay::kOurs;
    }
    site.turn_secret_file =
        path("turn_secret_file", settings_.text("turn_secret_file"));
    site.imap_rawlog = settings_.yes("imap_rawlog");
    site.imap_compress = settings_.yes("imap_compress");
    site.mtail_address = settings_.text("mtail_address");
    if (is_seen_by_the_world(site.mtail_address)) {
      result_.warnings.push_back(
          "mtail_address: whoever reaches " + site.mtail_address +
          " reads the counters on its ports 3903 and 3904: take 127.0.0.1, or "
          "close these ports in the firewall");
    }
    site.admin_mail = checked("privacy_mail", "@.+_-[]:");
    site.resolvers = settings_.words("dns_forwarders");
    const std::string store = settings_.text("limits_store");
    site.redis_by_network =
        store.starts_with("redis:") && !store.starts_with("redis:unix:");
    site.mta_sts_lookup = settings_.yes("mta_sts_lookup");
    site.www_root = kWebRoot;
    site.doveauth_http_port = settings_.number("doveauth_http_port");
    site.newemail_port = settings_.number("newemail_port");
  }

  void keys() {
    std::vector<std::string>& files = result_.site.dkim_keys;
    files.push_back(path("dkim_key", settings_.text("dkim_key")));
    const std::string second = settings_.text("dkim_key_ed25519");
    if (!second.empty()) files.push_back(path("dkim_key_ed25519", second));
    for (const std::string& word : settings_.words("dkim_more_keys")) {
      const auto named = milter::parse_named_key(word);
      if (named) {
        files.push_back(path("dkim_more_keys", named->path));
      } else {
        wrong("dkim_more_keys",
              fmt::format("'{}' is not DOMAIN:SELECTOR:/PATH", word));
      }
    }
  }

  void service_settings() {
    for (const daemons::KnownKey& key : daemons::known_keys()) {
      // Of the web page, which is made anew each time.
      const bool is_of_page =
          key.name.starts_with("privacy_") || key.name == "www_folder";
      if (is_of_page || !settings_.is_set(key.name)) continue;
      std::string value = settings_.for_rules(key.name).value_or("");
      std::replace(value.begin(), value.end(), '\n', ' ');
      result_.site.service_settings.push_back(
          fmt::format("{} = {}", key.name, value));
    }
  }

  void sockets() {
    Site& site = result_.site;
    site.milter_socket = socket("milter_socket", "");
    site.policyd_socket = socket(
        "policyd_socket", "unix:/var/spool/postfix/chatmilter/policyd.sock");
    site.accounts_socket =
        socket("accounts_socket", settings_.text("doveauth_socket"));
  }

  // Of a whole relay the parts are there, so an empty place is the usual one.
  std::string socket(std::string_view key, const std::string& usual) {
    std::string place = settings_.text(key);
    if (place.empty()) place = usual;
    if (!daemons::parse_socket_place(place) || !is_safe(place, ":/._-@")) {
      wrong(key, fmt::format("'{}' is neither unix:/PATH nor inet:PORT@HOST",
                             place));
    }
    return place;
  }

  const Settings& settings_;
  const Host& host_;
  SiteResult result_;
};

}  // namespace

bool is_certifiable(const std::string& domain) {
  return !domain.starts_with('[') && !domain.starts_with('_');
}

bool publishes_mta_sts(const Site& site) {
  return is_certifiable(site.address_domain);
}

std::vector<std::string> certified_names(const Site& site) {
  std::vector<std::string> names;
  for (const std::string& domain : site.mail_domains) {
    if (!is_certifiable(domain)) continue;
    names.insert(names.end(), {domain, "mta-sts." + domain, "www." + domain});
  }
  return names;
}

SiteResult make_site(const Settings& settings, const Host& host) {
  SiteResult result = Maker(settings, host).make();
  for (std::string& warning : milter::settings_without_effect(settings)) {
    result.warnings.push_back(std::move(warning));
  }
  return result;
}

}  // namespace relay
