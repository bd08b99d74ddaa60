#include "deploy/relay/render.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "daemon/settings.h"
#include "deploy/relay/services.h"

namespace relay {
namespace {

namespace fs = std::filesystem;

const std::string kTemplates = CHATMILTER_SOURCE_DIR "/deploy/templates";
const fs::path kGolden = CHATMILTER_SOURCE_DIR "/tests/relay/golden";

constexpr char kEverything[] =
    "mail_domain = chat.example\n"
    "more_mail_domains = two.example\n"
    "acme_email = operator@chat.example\n"
    "privacy_mail = privacy@chat.example\n"
    "mtail_address = 127.0.0.1\n"
    "mta_sts_lookup = yes\n"
    "imap_rawlog = yes\n"
    "imap_compress = yes\n"
    "dns_forwarders = 192.0.2.53\n"
    "mailboxes_dir = /srv/mail\n"
    "doveauth_http_port = 3905\n"
    "newemail_port = 3906\n"
    "limits_store = redis:192.0.2.6:6379\n"
    "dkim_key_ed25519 = /etc/dkimkeys/second.private\n"
    "dkim_more_keys = two.example:own:/etc/dkimkeys/two.private "
    "two.example:next:/srv/keys/next.private\n";

Site site_of(const std::string& lines, const Host& host = {}) {
  const auto file =
      daemons::parse_settings("[params]\n" + lines + "\n", "chatmail.ini");
  REQUIRE(file.errors.empty());
  const SiteResult result = make_site(file.settings, host);
  REQUIRE(result.errors.empty());
  return result.site;
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Where a change of a template is meant:
//   CHATMILTER_WRITE_GOLDEN=1 build/dev/bin/relay_test
TEST_CASE("a whole rendering is what it was") {
  const Rendering rendering = render(site_of(kEverything, {true}), kTemplates);
  REQUIRE(rendering.errors.empty());
  REQUIRE(rendering.files.size() > 30);
  std::set<fs::path> expected;
  const bool writes = std::getenv("CHATMILTER_WRITE_GOLDEN") != nullptr;
  for (const ConfigFile& file : rendering.files) {
    CAPTURE(file.path);
    const fs::path path = kGolden / file.path.substr(1);
    expected.insert(path);
    if (writes) {
      fs::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << file.text;
    }
    CHECK(read(path) == file.text);
  }
  for (const auto& entry : fs::recursive_directory_iterator(kGolden)) {
    if (!entry.is_regular_file()) continue;
    CAPTURE(entry.path());
    CHECK(expected.contains(entry.path()));
  }
}

TEST_CASE("an option that is off takes its files and units away") {
  const Rendering all = render(site_of(kEverything, {true}), kTemplates);
  const Site plain = site_of("mail_domain = _a.example");
  const Rendering few = render(plain, kTemplates);
  REQUIRE(few.errors.empty());
  CHECK(few.files.size() + few.absent.size() ==
        all.files.size() + all.absent.size());
  for (const char* path :
       {"/etc/iroh-relay.toml", "/etc/systemd/system/chatmail-mtail.service",
        "/var/lib/acme/desired/chatmail", "/etc/mta-sts-daemon.yml",
        "/etc/systemd/system/chatmail-certificate.path"}) {
    CAPTURE(path);
    CHECK(std::count(few.absent.begin(), few.absent.end(), path) == 1);
  }
  const auto on = units(plain);
  for (const std::string& unit : unwanted_units(plain)) {
    CAPTURE(unit);
    CHECK(std::count(on.begin(), on.end(), unit) == 0);
  }
}

TEST_CASE("what a file concerns is a unit that runs, or is of the system") {
  const Site site = site_of(kEverything, {true});
  const auto on = units(site);
  for (const ConfigFile& file : render(site, kTemplates).files) {
    CAPTURE(file.path);
    CHECK(file.path.starts_with('/'));
    CHECK_FALSE(file.text.empty());
    CHECK(file.text.find("{{") == std::string::npos);
    for (const UnitNotice& notice : file.concerns) {
      CAPTURE(notice.unit);
      CHECK((notice.unit.starts_with("systemd-") ||
             notice.unit == "chatmail-acme.service" ||
             std::count(on.begin(), on.end(), notice.unit) == 1));
    }
  }
}

TEST_CASE("who asks for a certificate of the MX has one that others trust") {
  struct Row {
    std::string lines;
    bool has_policy;
  };
  for (const Row& row : {Row{"mail_domain = a.example", true},
                         {"mail_domain = a.example\n"
                          "tls_external_cert_and_key = /a /b",
                          true},
                         {"mail_domain = _a.example", false},
                         {"mail_domain = _a.example\n"
                          "more_mail_domains = b.example",
                          false},
                         {"mail_domain = 192.0.2.1", false}}) {
    CAPTURE(row.lines);
    const Rendering rendering = render(site_of(row.lines), kTemplates);
    REQUIRE(rendering.errors.empty());
    for (const ConfigFile& file : rendering.files) {
      CHECK((row.has_policy || !file.path.ends_with("/mta-sts.txt")));
      if (file.path != "/etc/nginx/nginx.conf") continue;
      CHECK((file.text.find("location = /.well-known/mta-sts.txt") !=
             std::string::npos) == row.has_policy);
    }
    CHECK(std::count(rendering.absent.begin(), rendering.absent.end(),
                     "/etc/chatmail/well-known/mta-sts.txt") ==
          (row.has_policy ? 0 : 1));
  }
}

TEST_CASE("every program of ours is asked whether it takes its settings") {
  const auto all = checks(site_of("mail_domain = a.example"));
  for (const std::string& unit : daemons()) {
    CAPTURE(unit);
    const std::string text =
        read(fs::path(CHATMILTER_SOURCE_DIR "/deploy/systemd") / unit);
    CHECK(std::count_if(all.begin(), all.end(), [&](const Check& check) {
            const std::string line = "\nExecStart=" + check.command[0];
            const std::size_t at = text.find(line);
            return check.command.back() == "--check-config" &&
                   !check.wants_certificate && at != std::string::npos &&
                   (text[at + line.size()] == '\n' ||
                    text[at + line.size()] == ' ');
          }) == 1);
  }
}

// The name of a unit, or "" for a drop-in and what is none.
std::string unit_at(const fs::path& path) {
  const std::string kind = path.extension().string();
  const bool is_unit =
      kind == ".service" || kind == ".timer" || kind == ".path";
  return is_unit ? path.filename().string() : "";
}

TEST_CASE("whoever takes the relay away knows every unit of it") {
  const auto known = own_units();
  std::set<std::string> found;
  for (const auto& entry :
       fs::directory_iterator(CHATMILTER_SOURCE_DIR "/deploy/systemd")) {
    found.insert(unit_at(entry.path()));
  }
  for (const std::string& path : all_paths()) {
    if (path.starts_with("/etc/systemd/system/")) found.insert(unit_at(path));
  }
  found.erase("");
  CHECK(found.size() >= 14);
  for (const std::string& unit : found) {
    CAPTURE(unit);
    CHECK(std::count(known.begin(), known.end(), unit) == 1);
  }
  for (const std::string& unit : known) {
    CAPTURE(unit);
    CHECK(found.contains(unit));
  }
  // A unit that is off where it is not wanted is ours, or is turned on again.
  const auto silenced = silenced_units();
  for (const std::string& unit :
       unwanted_units(site_of("mail_domain = a.example"))) {
    CAPTURE(unit);
    CHECK(std::count(known.begin(), known.end(), unit) +
              std::count(silenced.begin(), silenced.end(), unit) ==
          1);
  }
}

TEST_CASE("every file says whose it is") {
  const Rendering all = render(site_of(kEverything, {true}), kTemplates);
  for (const ConfigFile& file : all.files) {
    CAPTURE(file.path);
    CHECK(is_ours(file.path, file.text));
  }
  CHECK(all_paths().size() == all.files.size() + all.absent.size());
  CHECK_FALSE(is_ours("/etc/postfix/main.cf", "myhostname = a.example\n"));
}

TEST_CASE("a template that is missing is an error") {
  const Rendering rendering =
      render(site_of("mail_domain = a.example"), "/nowhere");
  CHECK(rendering.files.empty());
  REQUIRE_FALSE(rendering.errors.empty());
  CHECK(rendering.errors[0] == "/nowhere/chatmail/settings: cannot be read");
}

}  // namespace
}  // namespace relay
