#include "deploy/moving/belongings.h"

#include <catch2/catch.hpp>

using moving::Part;

namespace {

moving::Roots roots_of(const std::string& lines) {
  const auto settings =
      daemons::parse_settings("[params]\nmail_domain = x.example\n" + lines,
                              "ini")
          .settings;
  return moving::belongings(settings, relay::make_site(settings, {}).site,
                            "/etc/chatmail/chatmail.ini");
}

const moving::Root* find(const moving::Roots& roots, const std::string& path) {
  for (const moving::Root& root : roots) {
    if (root.path == path) return &root;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("a relay's belongings are where its chatmail.ini says") {
  struct Row {
    std::string lines;
    std::string path;
    Part part;
  };
  const std::vector<Row> rows = {
      {"", "/etc/chatmail", Part::kSettings},
      {"", "/etc/chatmilter", Part::kSettings},
      {"", "/etc/dkimkeys", Part::kKeys},
      {"", "/var/lib/acme", Part::kCertificates},
      {"", "/var/lib/chatmilter", Part::kState},
      {"", "/home/vmail/mail/x.example", Part::kMailboxes},
      {"", "/var/spool/postfix/deferred", Part::kQueue},
      {"mailboxes_dir = /srv/mail/", "/srv/mail", Part::kMailboxes},
      {"dkim_key = /srv/keys/one.pem", "/srv/keys/one.pem", Part::kKeys},
      {"dkim_more_keys = x.example:next:/srv/next.pem", "/srv/next.pem",
       Part::kKeys},
      {"tls_external_cert_and_key = /srv/c.pem /srv/k.pem", "/srv/k.pem",
       Part::kCertificates},
      {"www_folder = /srv/www", "/srv/www", Part::kPage},
      {"www_folder = ../../srv/www", "/srv/www", Part::kPage},
      {"invites_file = /srv/invites.json", "/srv/invites.json", Part::kState},
  };
  for (const Row& row : rows) {
    CAPTURE(row.lines, row.path);
    const auto roots = roots_of(row.lines);
    const moving::Root* const found = find(roots, row.path);
    REQUIRE(found != nullptr);
    CHECK(found->part == row.part);
  }
}

TEST_CASE("no root is in another, and none is of the system") {
  const auto roots = roots_of(
      "own_rules_dir = /etc/chatmilter/rules.d\n"
      "www_folder = /etc/cron.d\n"
      "dkim_key = /usr/lib/key\n"
      "policyd_state_dir = /var/lib\n"
      "invites_file = /var/lib/chatmail/invites.json\n");
  for (const moving::Root& one : roots) {
    CAPTURE(one.path);
    CHECK_FALSE(moving::is_of_the_system(one.path));
    for (const moving::Root& other : roots) {
      CHECK((&one == &other || !moving::is_within(one.path, other.path)));
    }
  }
  CHECK(find(roots, "/etc/cron.d") == nullptr);
  CHECK(find(roots, "/usr/lib/key") == nullptr);
}

TEST_CASE("folders of the system are known by any spelling") {
  for (const char* const path :
       {"/etc/passwd", "/etc/cron.d", "/usr/bin", "/lib/x", "/root/.ssh",
        "/home", "/etc", "/etc/systemd/system", "/etc/sudoers.d/x"}) {
    CAPTURE(path);
    CHECK(moving::is_of_the_system(path));
  }
  for (const char* const path :
       {"/etc/chatmail", "/home/vmail/mail", "/srv/mail", "/etc/ssl/x.pem",
        "/var/lib/acme", "/etc/letsencrypt/live/x/fullchain.pem"}) {
    CAPTURE(path);
    CHECK_FALSE(moving::is_of_the_system(path));
  }
}

TEST_CASE("parts have names, and names have parts") {
  for (const Part part : moving::kParts) {
    CHECK(moving::part_named(moving::name_of(part)) == part);
  }
  CHECK_FALSE(moving::part_named("mail"));
}
