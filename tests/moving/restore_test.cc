#include "deploy/moving/restore.h"

#include <catch2/catch.hpp>

#include "deploy/moving/move_lock.h"
#include "tests/moving/relay_world.h"

using Catch::Matchers::Contains;
using test::RelayWorld;
namespace fs = test::fs;

namespace {

// A relay of the same name that is there already.
void make_other(const RelayWorld& world, const std::string& domain) {
  RelayWorld::write(world.there("/etc/chatmail/chatmail.ini"),
                    "[params]\nmail_domain = " + domain + "\n");
}

void make_account(const RelayWorld& world, const std::string& address) {
  RelayWorld::write(
      world.there(std::string(test::kMailboxes) + "/" + address + "/password"),
      "{SHA512-CRYPT}$6$other$one", 0600);
}

const char* const kRoots[] = {"/etc/chatmail",  "/etc/chatmilter",
                              "/etc/dkimkeys",  "/var/lib/chatmail-metadata",
                              test::kMailboxes, "/var/spool/postfix/deferred"};

}  // namespace

TEST_CASE("what was backed up comes back octet for octet") {
  const RelayWorld world;
  fs::create_symlink("1.M1.host", world.mailbox("ann@_x.example", "new/link"));
  fs::create_hard_link(world.mailbox("ann@_x.example", "new/1.M1.host"),
                       world.mailbox("bob@_x.example", "new/7.M7.host"));
  REQUIRE(world.back_up().error == "");
  const auto told = world.restore();
  CAPTURE(told.text);
  REQUIRE(told.good);
  CHECK_THAT(told.text, Contains("_x.example") && Contains("2 accounts"));
  for (const char* const root : kRoots) {
    CAPTURE(root);
    const auto before = RelayWorld::files(world.here(root));
    CHECK_FALSE(before.empty());
    CHECK(RelayWorld::files(world.there(root)) == before);
  }
  const char* const key = "/etc/ssl/private/mailserver.key";
  CHECK(RelayWorld::read(world.there(key)) ==
        RelayWorld::read(world.here(key)));
  // One file with two names, as it was.
  struct stat status {};
  REQUIRE(stat(world
                   .there(std::string(test::kMailboxes) +
                          "/bob@_x.example/new/7.M7.host")
                   .c_str(),
               &status) == 0);
  CHECK(status.st_nlink == 2);
}

TEST_CASE("a dry run changes nothing, and says what would be") {
  const RelayWorld world;
  REQUIRE(world.back_up().error == "");
  moving::RestoreOptions options;
  options.dry_run = true;
  fs::create_directories(world.folder.path("there"));
  const auto told = world.restore(options);
  CHECK(told.good);
  CHECK_THAT(told.text, Contains("would be new: "));
  for (const auto& [name, what] :
       RelayWorld::files(world.folder.path("there"))) {
    CAPTURE(name);
    CHECK(name.starts_with("/run"));
  }
}

TEST_CASE("mailboxes that are here are not replaced unless they may be") {
  const RelayWorld world;
  REQUIRE(world.back_up().error == "");
  make_account(world, "ann@_x.example");
  make_account(world, "eve@_x.example");
  auto told = world.restore();
  CHECK_FALSE(told.good);
  CHECK_THAT(told.text, Contains("2 accounts here, 1 of them not in the "
                                 "archive") &&
                            Contains("--force"));
  CHECK_FALSE(fs::exists(world.there("/etc/chatmail")));
  moving::RestoreOptions options;
  options.force = true;
  told = world.restore(options);
  CAPTURE(told.text);
  REQUIRE(told.good);
  const std::string mailboxes = world.there(test::kMailboxes);
  CHECK_FALSE(fs::exists(mailboxes + "/eve@_x.example"));
  const std::string aside = mailboxes + ".before-restore-20270115-080000";
  CHECK(RelayWorld::read(aside + "/eve@_x.example/password") ==
        "{SHA512-CRYPT}$6$other$one");
  CHECK_THAT(told.text, Contains(aside));
}

TEST_CASE("mailboxes and queue can stay as they are") {
  const RelayWorld world;
  REQUIRE(world.back_up().error == "");
  make_account(world, "eve@_x.example");
  moving::RestoreOptions options;
  options.without = {moving::Part::kMailboxes, moving::Part::kQueue};
  const auto told = world.restore(options);
  CAPTURE(told.text);
  REQUIRE(told.good);
  CHECK(fs::exists(world.there("/etc/dkimkeys/opendkim.private")));
  CHECK(fs::exists(
      world.there(std::string(test::kMailboxes) + "/eve@_x.example/password")));
  CHECK_FALSE(fs::exists(world.there("/var/spool/postfix/deferred")));
}

TEST_CASE("a relay of another name is not replaced unless it may be") {
  const RelayWorld world;
  REQUIRE(world.back_up().error == "");
  make_other(world, "y.example");
  const auto told = world.restore();
  CHECK_FALSE(told.good);
  CHECK_THAT(told.text, Contains("the relay y.example") &&
                            Contains("the archive is of _x.example"));
  moving::RestoreOptions options;
  options.force = true;
  REQUIRE(world.restore(options).good);
  CHECK(RelayWorld::read(world.there(
            "/etc/chatmail.before-restore-20270115-080000/"
            "chatmail.ini")) == "[params]\nmail_domain = y.example\n");
}

TEST_CASE("when one place cannot be taken, all is as it was") {
  const RelayWorld world;
  REQUIRE(world.back_up().error == "");
  make_other(world, "_x.example");
  // Where the queue's folder belongs stands what cannot be put aside: its
  // other name is taken by a folder with something in it.
  RelayWorld::write(world.there("/var/spool/postfix/deferred/old"), "old");
  RelayWorld::write(world.there("/var/spool/postfix/"
                                "deferred.before-restore-20270115-080000/x"),
                    "x");
  const auto before = RelayWorld::files(world.folder.path("there"));
  const auto told = world.restore();
  CHECK_FALSE(told.good);
  CHECK_THAT(told.text, Contains("Nothing was changed"));
  CHECK(RelayWorld::read(world.there("/etc/chatmail/chatmail.ini")) ==
        RelayWorld::read(world.here("/etc/chatmail/chatmail.ini")));
  CHECK(RelayWorld::read(world.there("/var/spool/postfix/deferred/old")) ==
        "old");
  CHECK_FALSE(fs::exists(world.there("/etc/dkimkeys")));
  for (const auto& [name, what] :
       RelayWorld::files(world.folder.path("there"))) {
    CAPTURE(name);
    CHECK(name.find(".chatmail-moving-") == std::string::npos);
  }
}

TEST_CASE("what a run that was killed has left goes with the next one") {
  const RelayWorld world;
  REQUIRE(world.back_up().error == "");
  RelayWorld::write(world.there("/etc/.chatmail-moving-abc/chatmail/x"), "x");
  REQUIRE(world.restore().good);
  CHECK_FALSE(fs::exists(world.there("/etc/.chatmail-moving-abc")));
}

TEST_CASE("one restore at a time") {
  const RelayWorld world;
  REQUIRE(world.back_up().error == "");
  const moving::MoveLock held(world.folder.path("there"));
  const auto told = world.restore();
  CHECK_FALSE(told.good);
  CHECK_THAT(told.text, Contains("another backup"));
}

TEST_CASE("a file that is not there is told") {
  const RelayWorld world;
  const auto told = world.restore();
  CHECK_FALSE(told.good);
  CHECK_THAT(told.text, Contains("No such file"));
}
