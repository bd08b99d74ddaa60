#include "deploy/moving/migration.h"

#include <catch2/catch.hpp>

#include "deploy/moving/migration_note.h"
#include "deploy/moving/predecessor.h"
#include "tests/moving/packed.h"
#include "tests/moving/relay_world.h"

using Catch::Matchers::Contains;
using test::RelayWorld;
namespace fs = test::fs;

namespace {

constexpr char kIni[] =
    "[params]\n\n# mail domain (MUST be set to fully qualified chat mail "
    "domain)\nmail_domain = _x.example\nmax_message_size = 31457280\n"
    "disable_ipv6 = False\nfiltermail_smtp_port = 10080\n";

// A relay of the Python programs, where RelayWorld has this one.
struct Before {
  Before() {
    fs::remove_all(world.here("/etc/chatmail"));
    fs::remove_all(world.here("/etc/chatmilter"));
    world.put(moving::kTheirIni, kIni);
    world.put("/usr/local/bin/filtermail", "program", 0755);
    world.put("/etc/systemd/system/filtermail.service", "[Unit]\n");
    world.put("/etc/systemd/system/chatmail-expire.service", "their expiry\n");
    world.put("/etc/systemd/system/chatmail-expire.timer", "their timer\n");
    chmod(world.here("/etc/dkimkeys").c_str(), 0700);
    fs::create_directories(world.folder.path("there"));
  }

  RelayWorld::Told migrate(moving::MigrationOptions options) {
    options.now = test::kNow;
    std::ostringstream out;
    installation::Story story(out, /*colour=*/false, /*json=*/false);
    const bool good = moving::migrate(options, story);
    return {good, out.str()};
  }
  RelayWorld::Told in_place(bool dry_run = false) {
    moving::MigrationOptions options;
    options.root = world.folder.path("here");
    options.dry_run = dry_run;
    return migrate(options);
  }
  RelayWorld::Told copied(const std::string& from, bool force = false) {
    moving::MigrationOptions options;
    options.root = world.folder.path("there");
    options.from = from;
    options.force = force;
    return migrate(options);
  }
  RelayWorld::Told back() {
    moving::MigrationOptions options;
    options.root = world.folder.path("here");
    options.now = test::kNow;
    std::ostringstream out;
    installation::Story story(out, /*colour=*/false, /*json=*/false);
    const bool good = moving::move_back(options, story);
    return {good, out.str()};
  }

  RelayWorld world;
};

const std::string kUnits = "/etc/systemd/system/";

}  // namespace

TEST_CASE("on the same host mailboxes and keys stay, and the ini is ours too") {
  Before before;
  const RelayWorld& world = before.world;
  const auto mailboxes = RelayWorld::files(world.here(test::kMailboxes));
  const auto queue = RelayWorld::files(world.here("/var/spool/postfix"));
  const auto told = before.in_place();
  CAPTURE(told.text);
  REQUIRE(told.good);
  CHECK(RelayWorld::read(world.here(moving::kOurIni)) == kIni);
  CHECK(RelayWorld::files(world.here(test::kMailboxes)) == mailboxes);
  CHECK(RelayWorld::files(world.here("/var/spool/postfix")) == queue);
  CHECK_THAT(told.text, Contains("2 accounts") &&
                            Contains("stop it yourself: filtermail.service") &&
                            Contains("not taken over: /usr/local/bin/"
                                     "filtermail") &&
                            Contains("filtermail_smtp_port"));
  // Units that systemd would take for ours.
  CHECK_FALSE(fs::exists(world.here(kUnits + "chatmail-expire.timer")));
  CHECK(RelayWorld::read(
            world.here(kUnits + "chatmail-expire.timer.before-chatmilter")) ==
        "their timer\n");
  CHECK(fs::exists(world.here(kUnits + "filtermail.service")));
  // The milter gets to the key.
  struct stat status {};
  stat(world.here("/etc/dkimkeys").c_str(), &status);
  CHECK((status.st_mode & 07777) == 0711);
}

TEST_CASE("a dry run of a migration changes nothing") {
  Before before;
  const auto files = RelayWorld::files(before.world.folder.path("here"));
  const auto told = before.in_place(/*dry_run=*/true);
  CHECK(told.good);
  CHECK_THAT(told.text, Contains("would stop filtermail.service"));
  auto after = RelayWorld::files(before.world.folder.path("here"));
  for (const char* const name : {"/run", "/run/chatmail-moving.lock"}) {
    after.erase(name);
  }
  CHECK(after == files);
}

TEST_CASE("there and back leaves what was there, octet for octet") {
  Before before;
  auto files = RelayWorld::files(before.world.folder.path("here"));
  REQUIRE(before.in_place().good);
  const auto told = before.back();
  CAPTURE(told.text);
  REQUIRE(told.good);
  auto after = RelayWorld::files(before.world.folder.path("here"));
  for (const auto& [name, what] : files) {
    CAPTURE(name);
    REQUIRE(after.contains(name));
    // Folders have another time, and the key's may be passed through.
    if (fs::is_regular_file(before.world.here(name))) {
      const auto without_time = [](const std::string& text) {
        const std::size_t end = text.find(' ', text.find(' ') + 1);
        return text.substr(0, text.find(' ')) + text.substr(end);
      };
      CHECK(without_time(after.at(name)) == without_time(what));
    }
    after.erase(name);
  }
  for (const auto& [name, what] : after) {
    CAPTURE(name);
    CHECK((name.starts_with("/run") || name.starts_with("/etc/chatmail")));
  }
  CHECK(RelayWorld::read(before.world.here(kUnits + "chatmail-expire.timer")) ==
        "their timer\n");
  CHECK_FALSE(fs::exists(before.world.here(moving::kMigrationNote)));
}

TEST_CASE("from a folder with its tree") {
  Before before;
  const auto told = before.copied(before.world.folder.path("here"));
  CAPTURE(told.text);
  REQUIRE(told.good);
  for (const char* const root :
       {test::kMailboxes, "/var/spool/postfix/deferred"}) {
    CAPTURE(root);
    CHECK(RelayWorld::files(before.world.there(root)) ==
          RelayWorld::files(before.world.here(root)));
  }
  CHECK(RelayWorld::read(before.world.there(
            "/etc/dkimkeys/opendkim.private")) == "a key of a test\n");
  CHECK(RelayWorld::read(before.world.there(moving::kOurIni)) == kIni);
  CHECK(RelayWorld::read(before.world.there("/etc/ssl/certs/mailserver.pem")) ==
        "a certificate\n");
  // What is still being written has no answer yet.
  CHECK_FALSE(
      fs::exists(before.world.there("/var/spool/postfix/incoming/unfinished")));
  // A second time there would be mailboxes.
  const auto again = before.copied(before.world.folder.path("here"));
  CHECK_FALSE(again.good);
  CHECK_THAT(again.text, Contains("2 accounts here") && Contains("--force"));
  CHECK(before.copied(before.world.folder.path("here"), true).good);
}

TEST_CASE("from the archive of the other relay's own guide") {
  Before before;
  const RelayWorld& world = before.world;
  const std::string archive = world.folder.path("relay.tar");
  {
    test::Packed packed(archive);
    packed.folder("./home/vmail/mail/");
    packed.folder("./home/vmail/mail/_x.example/");
    packed.file("./home/vmail/mail/_x.example/ann@_x.example/password", "{P}x");
    packed.file("./home/vmail/mail/_x.example/ann@_x.example/cur/1", "mail");
    packed.hard_link("./home/vmail/mail/_x.example/bob@_x.example/cur/1",
                     "./home/vmail/mail/_x.example/ann@_x.example/cur/1");
    packed.file("etc/dkimkeys/opendkim.private", "key");
    packed.file("var/spool/postfix/active/4X", "queued", 0700);
    packed.device("var/spool/postfix/dev/random");
    packed.file("var/spool/postfix/etc/resolv.conf", "x");
  }
  auto told = before.copied(archive);
  CHECK_FALSE(told.good);
  CHECK_THAT(told.text,
             Contains("there is no chatmail.ini") && Contains("--ini"));
  moving::MigrationOptions options;
  options.root = world.folder.path("there");
  options.from = archive;
  options.ini_file = world.folder.path("relay.ini");
  RelayWorld::write(options.ini_file, kIni);
  told = before.migrate(options);
  CAPTURE(told.text);
  REQUIRE(told.good);
  CHECK_THAT(told.text, Contains("1 account ") &&
                            Contains("not taken over: var/spool (2 files)"));
  const std::string box = world.there(test::kMailboxes);
  CHECK(RelayWorld::read(box + "/bob@_x.example/cur/1") == "mail");
  CHECK(RelayWorld::read(world.there("/var/spool/postfix/active/4X")) ==
        "queued");
  CHECK_FALSE(fs::exists(world.there("/var/spool/postfix/dev")));
}

TEST_CASE("a foreign archive that reaches out is refused too") {
  struct Row {
    const char* name;
    void (*pack)(test::Packed&);
  };
  const std::string box = "home/vmail/mail/_x.example";
  const Row rows[] = {
      {"'.' or '..'",
       [](test::Packed& p) {
         p.file("home/vmail/mail/_x.example/../../../x", "x");
       }},
      {"leads out",
       [](test::Packed& p) { p.link("home/vmail/mail/_x.example/a", "/etc"); }},
      {"a device",
       [](test::Packed& p) { p.device("home/vmail/mail/_x.example/null"); }},
      {"not before it",
       [](test::Packed& p) {
         p.hard_link("home/vmail/mail/_x.example/a", "etc/passwd");
       }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Before before;
    const std::string archive = before.world.folder.path("relay.tar");
    {
      test::Packed packed(archive);
      packed.file(std::string(moving::kTheirIni).substr(1), kIni);
      row.pack(packed);
    }
    const auto told = before.copied(archive);
    CHECK_FALSE(told.good);
    CHECK_THAT(told.text, Contains(row.name));
    CHECK_FALSE(fs::exists(before.world.there("/home")));
  }
}

TEST_CASE("what is no relay is told, with what to do") {
  Before before;
  fs::remove(before.world.here(moving::kTheirIni));
  auto told = before.in_place();
  CHECK_FALSE(told.good);
  CHECK_THAT(told.text, Contains("--ini FILE"));
  before.world.put(moving::kTheirIni, "[params]\nmail_domain = a b\n");
  told = before.in_place();
  CHECK_FALSE(told.good);
  CHECK_THAT(told.text, Contains("mail_domain"));
  told = before.copied(before.world.folder.path("nothing.tar"));
  CHECK_FALSE(told.good);
  CHECK_THAT(told.text, Contains("No such file"));
}

TEST_CASE("a host that is another relay does not become this one unasked") {
  Before before;
  RelayWorld::write(before.world.there(moving::kOurIni),
                    "[params]\nmail_domain = y.example\n");
  auto told = before.copied(before.world.folder.path("here"));
  CHECK_FALSE(told.good);
  CHECK_THAT(told.text, Contains("is of y.example"));
  told = before.copied(before.world.folder.path("here"), true);
  CAPTURE(told.text);
  CHECK(told.good);
  CHECK(RelayWorld::read(before.world.there(moving::kOurIni) +
                         ".before-chatmilter") ==
        "[params]\nmail_domain = y.example\n");
}

TEST_CASE("the note for the way back names none but their units") {
  const moving::MigrationNote note{
      .units = {"filtermail.service", "ssh.service", "../x.service"},
      .set_aside = {"/etc/systemd/system/chatmail-expire.timer", "/etc/passwd",
                    "/etc/systemd/system/../../passwd"}};
  const auto read = moving::parse_note(moving::print_note(note));
  REQUIRE(read);
  CHECK(read->units == std::vector<std::string>{"filtermail.service"});
  CHECK(read->set_aside ==
        std::vector<std::string>{"/etc/systemd/system/chatmail-expire.timer"});
  CHECK_FALSE(moving::parse_note("rubbish"));
}
