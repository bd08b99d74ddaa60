#include "deploy/moving/backup.h"

#include <catch2/catch.hpp>

#include "deploy/moving/archive_reader.h"
#include "deploy/moving/move_lock.h"
#include "tests/moving/relay_world.h"

using Catch::Matchers::Contains;
using test::RelayWorld;
namespace fs = test::fs;

namespace {

// The names in an archive, in their order.
std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  const mailbox::FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(moving::read_archive(file.number(),
                               [&](archive_entry& entry, moving::Content&) {
                                 names.push_back(moving::entry_of(entry).name);
                                 return std::string();
                               }) == "");
  return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string mailbox_name(const std::string& name) {
  return std::string(test::kMailboxes).substr(1) + "/" + name;
}

}  // namespace

TEST_CASE("a backup has what makes the relay, and says how much") {
  const RelayWorld world;
  const moving::BackupResult result = world.back_up();
  REQUIRE(result.error == "");
  CHECK(result.accounts == 2);
  CHECK(result.parts.at(moving::Part::kMailboxes).files == 10);
  CHECK(result.parts.at(moving::Part::kQueue).files == 1);
  CHECK(result.archive_octets == fs::file_size(world.archive()));
  const auto names = names_in(world.archive());
  CHECK(names.front() == "chatmail-backup/manifest.json");
  CHECK(names.back() == "chatmail-backup/contents");
  for (const char* const name :
       {"etc/chatmail/chatmail.ini", "etc/chatmilter/rules.d/10-own.conf",
        "etc/dkimkeys/opendkim.private", "etc/ssl/private/mailserver.key",
        "var/lib/chatmail-metadata/turn.secret",
        "var/spool/postfix/deferred/3/3Cabc"}) {
    CAPTURE(name);
    CHECK(has(names, name));
  }
  CHECK(has(names, mailbox_name("ann@_x.example/new/1.M1.host")));
}

TEST_CASE("what is still being written is left out of a backup") {
  const RelayWorld world;
  RelayWorld::write(world.mailbox("ann@_x.example", "tmp/9.half"), "half");
  mkfifo(world.here("/var/spool/postfix/incoming/pipe").c_str(), 0600);
  REQUIRE(world.back_up().error == "");
  const auto names = names_in(world.archive());
  CHECK_FALSE(has(names, "var/spool/postfix/incoming/unfinished"));
  CHECK_FALSE(has(names, "var/spool/postfix/incoming/pipe"));
  CHECK_FALSE(has(names, mailbox_name("ann@_x.example/tmp/9.half")));
  CHECK(has(names, mailbox_name("ann@_x.example/tmp")));
}

TEST_CASE("a backup is for its owner alone, and its name comes last") {
  const RelayWorld world;
  RelayWorld::write(world.archive(), "an older one");
  REQUIRE(world.back_up().error == "");
  struct stat status {};
  REQUIRE(stat(world.archive().c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(status.st_nlink == 1);
  CHECK(names_in(world.archive()).size() > 10);
}

TEST_CASE("a backup that cannot be made leaves nothing, and the older one") {
  const RelayWorld world;
  RelayWorld::write(world.archive(), "an older one");
  fs::rename(world.here("/home/vmail"), world.here("/home/elsewhere"));
  const moving::BackupResult result = world.back_up();
  CHECK_THAT(result.error, Contains("is mailboxes_dir right?"));
  CHECK(RelayWorld::read(world.archive()) == "an older one");
  CHECK(std::distance(fs::directory_iterator(world.folder.path()),
                      fs::directory_iterator()) == 2);
  moving::BackupOptions elsewhere;
  elsewhere.file = world.folder.path("no/such/folder.tar.zst");
  elsewhere.without = {moving::Part::kMailboxes};
  CHECK_THAT(world.back_up(elsewhere).error, Contains("No such file"));
}

TEST_CASE("parts are left out when somebody says so") {
  const RelayWorld world;
  moving::BackupOptions options;
  options.without = {moving::Part::kMailboxes, moving::Part::kQueue};
  REQUIRE(world.back_up(options).error == "");
  for (const std::string& name : names_in(world.archive())) {
    CAPTURE(name);
    CHECK_FALSE(name.starts_with("home/"));
    CHECK_FALSE(name.starts_with("var/spool"));
  }
}

TEST_CASE("an archive that lies in the relay is not put into itself") {
  const RelayWorld world;
  moving::BackupOptions options;
  options.file = world.here("/var/lib/chatmail-metadata/x.tar.zst");
  REQUIRE(world.back_up(options).error == "");
  CHECK_FALSE(
      has(names_in(options.file), "var/lib/chatmail-metadata/x.tar.zst"));
}

TEST_CASE("one backup at a time") {
  const RelayWorld world;
  const moving::MoveLock held(world.folder.path("here"));
  REQUIRE(held.error() == "");
  CHECK_THAT(world.back_up().error, Contains("another backup"));
}
