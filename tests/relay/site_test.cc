#include "deploy/relay/site.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "daemon/settings.h"

namespace relay {
namespace {

SiteResult site_of(const std::string& lines, const Host& host = {}) {
  const auto file =
      daemons::parse_settings("[params]\n" + lines + "\n", "chatmail.ini");
  CHECK(file.errors.empty());
  return make_site(file.settings, host);
}

bool warns_of(const SiteResult& result, const std::string& key) {
  return std::any_of(result.warnings.begin(), result.warnings.end(),
                     [&](const std::string& warning) {
                       return warning.starts_with(key + ": has no effect: ");
                     });
}

TEST_CASE("the kind of name decides what else follows from it") {
  struct Row {
    std::string mail_domain;
    std::string address_domain;
    std::string host_name;
    TlsMode mode;
    std::string certificate;
    std::string mailboxes;
  };
  const Row rows[] = {
      {"Chat.Example", "chat.example", "chat.example", TlsMode::kAcme,
       "/var/lib/acme/live/chat.example/fullchain",
       "/home/vmail/mail/Chat.Example"},
      {"_a.example", "_a.example", "_a.example", TlsMode::kSelfSigned,
       "/etc/ssl/certs/mailserver.pem", "/home/vmail/mail/_a.example"},
      {"192.0.2.1", "[192.0.2.1]", "1.2.0.192.in-addr.arpa",
       TlsMode::kSelfSigned, "/etc/ssl/certs/mailserver.pem",
       "/home/vmail/mail/192.0.2.1"},
      {"2001:db8::1", "[ipv6:2001:db8::1]",
       "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
       "ip6.arpa",
       TlsMode::kSelfSigned, "/etc/ssl/certs/mailserver.pem",
       "/home/vmail/mail/2001:db8::1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.mail_domain);
    const SiteResult result = site_of("mail_domain = " + row.mail_domain);
    CHECK(result.errors == std::vector<std::string>{});
    CHECK(result.site.address_domain == row.address_domain);
    CHECK(result.site.host_name == row.host_name);
    CHECK(result.site.tls.mode == row.mode);
    CHECK(result.site.tls.certificate == row.certificate);
    CHECK(result.site.mailboxes_dir == row.mailboxes);
  }
}

TEST_CASE("what cannot be rendered is refused with the key's name") {
  struct Row {
    std::string lines;
    std::string error;  // how it begins
  };
  const Row rows[] = {
      {"", "mail_domain: is not set"},
      {"mail_domain = a.example\ntls_external_cert_and_key = /a",
       "tls_external_cert_and_key: two paths"},
      {"mail_domain = a.example\ntls_external_cert_and_key = /a b",
       "tls_external_cert_and_key: 'b' is not an absolute path"},
      {"mail_domain = a.example\ntls_external_cert_and_key = /a /b;{",
       "tls_external_cert_and_key: '/b;{' is not an absolute path"},
      {"mail_domain = a.example\nmailboxes_dir = /a b",
       "mailboxes_dir: '/a b'"},
      {"mail_domain = a.example\nacme_email = a\"b@c", "acme_email: "},
      {"mail_domain = a.example\nprivacy_mail = a@b.example }",
       "privacy_mail: "},
      {"mail_domain = 2001:db8::1\ndisable_ipv6 = yes", "disable_ipv6: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.lines);
    const SiteResult result = site_of(row.lines);
    REQUIRE(result.errors.size() == 1);
    CHECK(result.errors[0].starts_with(row.error));
  }
}

TEST_CASE("tls_cert is what comes of the other settings, or refused") {
  struct Row {
    std::string lines;
    std::string error;  // a part of it; "" for none
  };
  const std::string name = "mail_domain = a.example\n";
  const std::string files = "tls_external_cert_and_key = /a /b\n";
  const Row rows[] = {
      {name + "tls_cert =", ""},
      {name + "tls_cert = acme", ""},
      {name + files + "tls_cert = external", ""},
      {"mail_domain = _a.example\ntls_cert = self", ""},
      {"mail_domain = 192.0.2.1\ntls_cert = self", ""},
      {name + "tls_cert = self", "it would be 'acme': clients and relays"},
      {name + "tls_cert = external", "has to name the two files"},
      {name + files + "tls_cert = acme", "take that line away"},
      {name + files + "tls_cert = self", "take that line away"},
      {"mail_domain = _a.example\ntls_cert = acme", "no authority certifies"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.lines);
    const SiteResult result = site_of(row.lines);
    CHECK(result.warnings.empty());
    CHECK(result.errors.size() == (row.error.empty() ? 0 : 1));
    if (row.error.empty() || result.errors.empty()) continue;
    CHECK(result.errors[0].starts_with("tls_cert: '"));
    CHECK(result.errors[0].find(row.error) != std::string::npos);
  }
}

TEST_CASE("all files of signing keys are known, whoever's they are") {
  const std::string name = "mail_domain = a.example\n";
  using Files = std::vector<std::string>;
  CHECK(site_of(name).site.dkim_keys ==
        Files{"/etc/dkimkeys/opendkim.private"});
  CHECK(site_of(name + "dkim_key = /k/1\ndkim_key_ed25519 = /k/2\n"
                       "dkim_more_keys = b.example:s:/k/3 c.example:t:/k/4")
            .site.dkim_keys == Files{"/k/1", "/k/2", "/k/3", "/k/4"});
  for (const char* const word : {"b.example:/k/3", "b.example:s:k/3"}) {
    CAPTURE(word);
    const SiteResult result = site_of(name + "dkim_more_keys = " + word);
    REQUIRE(result.errors.size() == 1);
    CHECK(result.errors[0].starts_with("dkim_more_keys: "));
  }
}

TEST_CASE("settings that services read are known, those of the page are not") {
  const Site site =
      site_of(
          "mail_domain = a.example\nmax_load_1m = 7\n"
          "max_mailbox_size = 1M\nprivacy_postal = A\n  B\n"
          "www_folder = /w\ndns_forwarders = 192.0.2.1\n  192.0.2.2")
          .site;
  CHECK(site.service_settings ==
        std::vector<std::string>{
            "mail_domain = a.example", "max_mailbox_size = 1048576",
            "max_load_1m = 7", "dns_forwarders = 192.0.2.1 192.0.2.2"});
}

TEST_CASE("a Redis on a port is reached by the network, one at a path is not") {
  const std::string name = "mail_domain = a.example\n";
  CHECK_FALSE(site_of(name).site.redis_by_network);
  CHECK_FALSE(site_of(name + "limits_store = redis:unix:/run/r.sock")
                  .site.redis_by_network);
  CHECK(site_of(name + "limits_store = redis:192.0.2.6:6379")
            .site.redis_by_network);
}

TEST_CASE("a domain that nobody certifies is warned of beside one that is") {
  const std::string more = "\nmore_mail_domains = b.example _c.example";
  const SiteResult acme = site_of("mail_domain = a.example" + more);
  REQUIRE(acme.warnings.size() == 1);
  CHECK(acme.warnings[0].starts_with(
      "more_mail_domains: no authority certifies _c.example, "));
  const SiteResult self = site_of("mail_domain = _a.example" + more);
  REQUIRE(self.warnings.size() == 1);
  CHECK(self.warnings[0].starts_with(
      "more_mail_domains: b.example has the self-signed certificate of "
      "_a.example, "));
  CHECK(site_of("mail_domain = _a.example\ntls_external_cert_and_key = /a /b" +
                more)
            .warnings.empty());
}

TEST_CASE("counters that the world may read are warned of") {
  const std::string name = "mail_domain = a.example\nmtail_address = ";
  for (const char* const address :
       {"", "127.0.0.1", "::1", "10.0.0.1", "fd00::1", "192.168.1.1"}) {
    CAPTURE(address);
    CHECK(site_of(name + address).warnings.empty());
  }
  for (const char* const address : {"8.8.8.8", "2a00::1", "0.0.0.0", "::"}) {
    CAPTURE(address);
    const SiteResult result = site_of(name + address);
    REQUIRE(result.warnings.size() == 1);
    CHECK(result.warnings[0].starts_with("mtail_address: whoever reaches "));
  }
}

TEST_CASE("iroh is the host's own, another's, or nobody's") {
  const std::string name = "mail_domain = a.example\n";
  CHECK(site_of(name).site.iroh == IrohRelay::kNone);
  CHECK(site_of(name, {true}).site.iroh == IrohRelay::kOurs);
  CHECK(site_of(name + "iroh_relay = https://b.example", {true}).site.iroh ==
        IrohRelay::kForeign);
  CHECK(site_of(name + "iroh_relay =", {true}).site.iroh == IrohRelay::kNone);
}

// Each key that relays' files have or that their programs read, and where it
// has its effect.  A new one is to be decided on, and told here.
enum class Effect {
  kRendered,  // in the files of a Site
  kServices,  // in our own daemons, which read chatmail.ini themselves
  kWebPage,
  kNone,  // with a word why
};
struct ReferenceKey {
  const char* name;
  const char* value;
  Effect effect;
};
constexpr ReferenceKey kReferenceKeys[] = {
    {"mail_domain", "chat.example", Effect::kRendered},
    {"max_user_send_per_minute", "60", Effect::kServices},
    {"max_user_send_burst_size", "10", Effect::kServices},
    {"max_mailbox_size", "500M", Effect::kRendered},
    {"max_message_size", "31457280", Effect::kRendered},
    {"delete_mails_after", "20", Effect::kServices},
    {"delete_large_after", "7", Effect::kServices},
    {"delete_inactive_users_after", "90", Effect::kServices},
    {"username_min_length", "9", Effect::kServices},
    {"username_max_length", "9", Effect::kServices},
    {"password_min_length", "9", Effect::kServices},
    {"passthrough_senders", "a@b.example", Effect::kNone},
    {"passthrough_recipients", "a@b.example", Effect::kNone},
    {"www_folder", "www", Effect::kWebPage},
    {"filtermail_smtp_port", "10080", Effect::kNone},
    {"filtermail_smtp_port_incoming", "10081", Effect::kNone},
    {"filtermail_http_port_incoming", "10082", Effect::kNone},
    {"filtermail_lmtp_port_transport", "10083", Effect::kNone},
    {"filtermail_host", "127.0.0.1", Effect::kNone},
    {"postfix_host", "127.0.0.1", Effect::kNone},
    {"postfix_reinject_port", "10025", Effect::kNone},
    {"postfix_reinject_port_incoming", "10026", Effect::kNone},
    {"disable_ipv6", "False", Effect::kRendered},
    {"acme_email", "", Effect::kRendered},
    {"tls_cert", "acme", Effect::kRendered},
    {"tls_external_cert_and_key", "/a /b", Effect::kRendered},
    {"iroh_relay", "", Effect::kRendered},
    {"mtail_address", "127.0.0.1", Effect::kRendered},
    {"imap_rawlog", "false", Effect::kRendered},
    {"imap_compress", "false", Effect::kRendered},
    {"max_imap_connections", "10000", Effect::kRendered},
    {"max_smtp_connections", "1000", Effect::kRendered},
    {"max_load_1m", "5", Effect::kServices},
    {"min_available_memory", "200M", Effect::kServices},
    {"min_free_disk_space", "1G", Effect::kServices},
    {"privacy_postal", "", Effect::kWebPage},
    {"privacy_mail", "", Effect::kRendered},
    {"privacy_pdo", "", Effect::kWebPage},
    {"privacy_supervisor", "", Effect::kWebPage},
    {"turn_socket_path", "/run/chatmail-turn/turn.socket", Effect::kNone},
    {"mailboxes_dir", "/home/vmail/mail/chat.example", Effect::kRendered},
    {"passdb_path", "/home/vmail/passdb.sqlite", Effect::kServices},
};

TEST_CASE("every key of a reference file is taken, or told why it is not") {
  for (const ReferenceKey& key : kReferenceKeys) {
    CAPTURE(key.name);
    std::string lines = std::string(key.name) + " = " + key.value + "\n";
    if (std::string(key.name) != "mail_domain") {
      lines += "mail_domain = chat.example\n";
    }
    const auto file =
        daemons::parse_settings("[params]\n" + lines, "chatmail.ini");
    CHECK(file.errors.empty());
    CHECK(file.warnings.empty());
    const SiteResult result = make_site(file.settings, {});
    CHECK(result.errors.empty());
    CHECK(warns_of(result, key.name) == (key.effect == Effect::kNone));
  }
}

}  // namespace
}  // namespace relay
