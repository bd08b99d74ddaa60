#include "daemon/settings.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "daemon/known_keys.h"

using daemons::parse_settings;
using daemons::Settings;

TEST_CASE("every fallback is a right value of its key") {
  for (const auto& key : daemons::known_keys()) {
    if (key.name == "mail_domain") continue;  // has to be set
    Settings settings;
    INFO(key.name);
    CHECK(settings.set(key.name, key.fallback) == std::nullopt);
    CHECK(settings.text(key.name) == key.fallback);
  }
}

TEST_CASE("a silent file gives the fallbacks") {
  const auto file = parse_settings("[params]\nmail_domain = A.Example\n", "f");
  CHECK(file.errors.empty());
  CHECK(file.warnings.empty());
  const Settings& settings = file.settings;
  CHECK(settings.address_domain() == "a.example");
  CHECK(settings.mailboxes_dir() == "/home/vmail/mail/A.Example");
  CHECK(settings.number("max_user_send_per_minute") == 60);
  CHECK(settings.number("max_mailbox_size") == 500U << 20U);
  CHECK(settings.number("min_free_disk_space") == 1U << 30U);
  CHECK(settings.number("delete_mails_after") == 20);
  CHECK(settings.number("dns_timeout") == 10);
  CHECK(settings.decimal("max_load_1m") == 5.0);
  CHECK_FALSE(settings.yes("imap_rawlog"));
  CHECK(settings.words("passthrough_senders").empty());
  CHECK_FALSE(settings.is_set("imap_rawlog"));
}

TEST_CASE("values have the type of their key") {
  const auto file = parse_settings(
      "[params]\n"
      "mailboxes_dir = /srv/mail\n"
      "max_mailbox_size = 2g\n"
      "max_message_size = 30M\n"
      "delete_mails_after = 40d\n"
      "dns_timeout = 3s\n"
      "max_load_1m = 2.5\n"
      "disable_ipv6 = True\n"
      "imap_compress =\n"
      "dns_forwarders = 127.0.0.1@5353\n  9.9.9.9\n"
      "privacy_postal =\n  Street 1\n  Town\n",
      "f");
  CHECK(file.errors.empty());
  CHECK(file.warnings.empty());
  const Settings& settings = file.settings;
  CHECK(settings.mailboxes_dir() == "/srv/mail");
  CHECK(settings.number("max_mailbox_size") == 2ULL << 30U);
  CHECK(settings.number("max_message_size") == 30ULL << 20U);
  CHECK(settings.number("delete_mails_after") == 40);
  CHECK(settings.number("dns_timeout") == 3);
  CHECK(settings.decimal("max_load_1m") == 2.5);
  CHECK(settings.yes("disable_ipv6"));
  CHECK_FALSE(settings.yes("imap_compress"));
  CHECK(settings.words("dns_forwarders") ==
        std::vector<std::string>{"127.0.0.1@5353", "9.9.9.9"});
  CHECK(settings.text("privacy_postal") == "Street 1\nTown");
}

TEST_CASE("a wrong value is refused with file, line, key and what is wanted") {
  struct Row {
    std::string line;
    std::string says;
  };
  const std::vector<Row> rows = {
      {"max_message_size = lots", "max_message_size: 'lots' is not a size"},
      {"max_message_size = 30MB", "not a size"},
      {"max_message_size = 18446744073709551615G", "not a size"},
      {"max_message_size = -1", "not a size"},
      {"max_message_size =", "not a size"},
      {"username_min_length = 9x", "not a whole number"},
      {"delete_mails_after = 20w", "not a number of days"},
      {"dns_timeout = 10 minutes", "not a number of seconds"},
      {"filtermail_smtp_port = 0", "not a port number"},
      {"filtermail_smtp_port = 65536", "not a port number"},
      {"max_load_1m = -2", "not a number"},
      {"imap_rawlog = maybe", "not yes or no"},
      {"mailboxes_dir = mail", "not an absolute path"},
      {"dkim_engine = other", "is none of native|opendkim"},
      {"max_message_size = 4G",
       "'4G' is not a size in octets from 1K to 2047M, such as"},
      {"max_mailbox_size = 1K", "from 1M to 8192G"},
      {"max_smtp_connections = 0", "not a whole number from 5 to 100000"},
      {"max_imap_connections = 4", "not a whole number from 5 to 1000000"},
      {"max_smtp_recipients = 0", "not a whole number from 1 to 100000"},
      {"username_max_length = 200", "not a whole number from 1 to 64"},
      {"username_min_length = 0", "not a whole number from 1 to 64"},
      {"password_min_length = 476", "not a whole number from 1 to 475"},
      {"newemail_port = 99999", "not a whole number from 0 to 65535"},
      {"doveauth_http_port = 65536", "not a whole number from 0 to 65535"},
      {"max_new_addresses_per_network = 0", "not a whole number of at least 1"},
      {"delete_mails_after = 0", "not a number of days from 1 to 36500"},
      {"delete_large_after = 0", "not a number of days from 1 to 36500"},
      {"delete_inactive_users_after = 0d", "not a number of days from 1 to"},
      {"notify_timeout = 0", "not a number of seconds from 1 to 3600"},
      {"notify_url = foo", "'foo' is not an address such as https://"},
      {"notify_url =", "'' is not an address such as https://"},
      {"acme_server = foo", "not an address such as https://"},
      {"iroh_relay = hello", "not an address such as https://"},
      {"iroh_relay = https://", "not an address such as https://"},
      {"iroh_relay = https://x/;", "not an address such as https://"},
      {"dns_forwarders = foo", "'foo' is not a list of IP addresses"},
      {"dns_forwarders = 192.0.2.1 ns.example", "not a list of IP addresses"},
      {"dns_forwarders = 192.0.2.1@0", "not a list of IP addresses"},
      {"mtail_address = [::1]", "'[::1]' is not an IP address (without"},
      {"mtail_address = $(id)", "not an IP address"},
      {"tls_cert = bogus", "tls_cert: 'bogus' is none of acme|external|self"},
      {"mail_domain = a b", "not a domain name or an IP address"},
      {"mail_domain = a..b", "not a domain name or an IP address"},
      {"mail_domain =", "not a domain name or an IP address"},
  };
  for (const Row& row : rows) {
    const auto file = parse_settings("[params]\n" + row.line + "\n", "x.ini");
    INFO(row.line);
    REQUIRE(file.errors.size() == 1);
    CHECK(file.errors[0].substr(0, 9) == "x.ini:2: ");
    CHECK(file.errors[0].find(row.says) != std::string::npos);
  }
}

TEST_CASE("values at the end of their range, and empty ones, are right") {
  for (const char* line :
       {"max_message_size = 2047M", "max_mailbox_size = 8192G",
        "username_max_length = 64", "password_min_length = 475",
        "newemail_port = 65535", "delete_mails_after = 36500",
        "notify_timeout = 3600", "iroh_relay =", "iroh_relay = https://[::1]:3",
        "acme_server = https://localhost:14000/dir", "mtail_address = ::1",
        "mtail_address =", "dns_forwarders =", "dns_forwarders = ::1@53",
        "notify_url = http://127.0.0.1:9/notify", "tls_cert ="}) {
    INFO(line);
    CHECK(parse_settings("[params]\n" + std::string(line), "f").errors.empty());
  }
}

TEST_CASE("values that are right alone may not go together") {
  struct Row {
    std::string lines;
    std::string error;
  };
  const std::vector<Row> rows = {
      {"username_min_length = 10",
       "f: username_min_length: 10 is above username_max_length, 9: nobody "
       "could make an account"},
      {"username_min_length = 10\nusername_max_length = 10", ""},
      {"mail_domain = 192.0.2.1\nmore_mail_domains = b.example",
       "f: more_mail_domains: mail_domain is an IP address, which cannot be "
       "the MX of a domain"},
      {"mail_domain = 192.0.2.1\nmore_mail_domains =", ""},
      {"mail_domain = _a.example\nmore_mail_domains = b.example", ""},
  };
  for (const Row& row : rows) {
    INFO(row.lines);
    const auto file = parse_settings("[params]\n" + row.lines + "\n", "f");
    REQUIRE(file.errors.size() == (row.error.empty() ? 0 : 1));
    if (!row.error.empty()) CHECK(file.errors[0].starts_with(row.error));
  }
}

TEST_CASE("an unknown key is warned about with the name that was meant") {
  const auto file = parse_settings(
      "[params]\nmax_mesage_size = 1\nfavourite_colour = red\n"
      "[other]\nmail_domain = a.example\n",
      "x.ini");
  CHECK(file.errors.empty());
  REQUIRE(file.warnings.size() == 3);
  CHECK(file.warnings[0] ==
        "x.ini:2: unknown key max_mesage_size "
        "(did you mean max_message_size?)");
  CHECK(file.warnings[1] == "x.ini:3: unknown key favourite_colour");
  CHECK(file.warnings[2] ==
        "x.ini:5: mail_domain stands outside the section [params]");
}

TEST_CASE("the domain of addresses is a literal where the relay has no name") {
  struct Row {
    std::string mail_domain;
    std::string addresses;
  };
  const std::vector<Row> rows = {
      {"Chat.Example", "chat.example"},
      {"_chat.example", "_chat.example"},
      {"192.0.2.1", "[192.0.2.1]"},
      {"2001:DB8::1", "[ipv6:2001:db8::1]"},
  };
  for (const Row& row : rows) {
    Settings settings;
    CHECK(settings.set("mail_domain", row.mail_domain) == std::nullopt);
    CHECK(settings.address_domain() == row.addresses);
    CHECK(settings.mailboxes_dir() == "/home/vmail/mail/" + row.mail_domain);
  }
}

TEST_CASE("one host has the addresses of several domains") {
  Settings settings;
  CHECK(settings.set("mail_domain", "A.example") == std::nullopt);
  CHECK(settings.address_domains() == std::vector<std::string>{"a.example"});
  CHECK(settings.set("more_mail_domains",
                     " _b.example\n C.example a.example") == std::nullopt);
  CHECK(settings.address_domains() ==
        std::vector<std::string>{"a.example", "_b.example", "c.example"});
  for (const char* wrong : {"b!c", "a.example 192.0.2.1", "2001:db8::1"}) {
    CHECK(settings.set("more_mail_domains", wrong) ==
          "'" + std::string(wrong) + "' is not a list of domain names");
  }
}

TEST_CASE("a file that cannot be read is an error with its reason") {
  const auto missing = daemons::read_settings("/nonexistent/chatmail.ini");
  REQUIRE(missing.errors.size() == 1);
  CHECK(missing.errors[0] ==
        "/nonexistent/chatmail.ini: No such file or directory");
  const auto directory = daemons::read_settings("/");
  REQUIRE(directory.errors.size() == 1);
  CHECK(directory.errors[0] == "/: Is a directory");
}
