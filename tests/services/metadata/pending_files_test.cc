#include "deploy/services/metadata/pending_files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "deploy/services/metadata/device_tokens.h"
#include "deploy/services/metadata/notifier.h"
#include "tests/mailbox/accounts_directory.h"

using metadata::Notification;
using metadata::PendingFiles;

namespace {

constexpr std::time_t kNow = 1'790'000'000;
const std::string kFolder = metadata::kPendingFolder;
constexpr char kName[] = "01234567-89ab-4cde-8f01-23456789abcd";

struct PendingWorld {
  PendingWorld() {
    std::string error;
    auto opened = PendingFiles::open(accounts.mailboxes(), error);
    REQUIRE(opened.has_value());
    files.emplace(std::move(*opened));
  }
  std::vector<Notification> read() const {
    std::vector<Notification> all;
    std::string error;
    CHECK(files->for_each(
        [&](Notification each) { all.push_back(std::move(each)); }, error));
    CHECK(error.empty());
    return all;
  }

  test::AccountsDirectory accounts;
  std::optional<PendingFiles> files;
};

}  // namespace

TEST_CASE("a notification is on disk as relays have it, and read again") {
  PendingWorld world;
  Notification written{"", "ann@a.example", kNow, "token:1"};
  CHECK(world.files->write(written) == std::nullopt);
  CHECK(world.read().empty());  // which also takes what is unfinished
  CHECK(world.files->write(written) == std::nullopt);
  CHECK(world.files->unsynced() == 2);
  CHECK(world.files->sync().has_value());  // the first was taken away
  CHECK(world.accounts.names(kFolder).empty());
  CHECK(world.files->write(written) == std::nullopt);
  CHECK(world.files->sync() == std::nullopt);
  CHECK(world.accounts.names(kFolder) ==
        std::vector<std::string>{written.name});
  CHECK(written.name.size() == 36);
  CHECK(written.name[14] == '4');
  CHECK(world.accounts.read(kFolder + "/" + written.name) ==
        "ann@a.example\n1790000000\ntoken:1");
  const auto found = world.read();
  REQUIRE(found.size() == 1);
  CHECK(found[0].name == written.name);
  CHECK(found[0].address == "ann@a.example");
  CHECK(found[0].start == kNow);
  CHECK(found[0].token == "token:1");
  CHECK((world.accounts.status(kFolder).st_mode & 0777U) == 0700U);
  world.files->remove(written.name);
  CHECK(world.accounts.names(kFolder).empty());
}

TEST_CASE("what is no notification is removed, what is not ours is left") {
  PendingWorld world;
  for (const std::string& text :
       {std::string(), std::string("ann@a.example"),
        std::string("ann@a.example\n1790000000"),
        std::string("ann@a.example\nsoon\ntoken"),
        std::string("ann@a.example\n-5\ntoken"),
        std::string("ann@a.example\n1790000000\n"),
        std::string("ann@a.example\n1790000000\ntwo words"),
        std::string("../../etc\n1790000000\ntoken"), std::string(9000, 'x')}) {
    world.accounts.write(kFolder + "/" + kName, text);
    CHECK(world.read().empty());
    CHECK_FALSE(world.accounts.exists(kFolder + "/" + kName));
  }
  world.accounts.write(kFolder + "/" + kName + ".tmp", "half a not");
  world.accounts.write(kFolder + "/README", "of an operator");
  CHECK(world.read().empty());
  CHECK(world.accounts.names(kFolder) == std::vector<std::string>{"README"});
}

TEST_CASE("a folder that is none is an error with its reason") {
  const test::AccountsDirectory accounts;
  accounts.write(kFolder, "a file");
  std::string error;
  CHECK_FALSE(PendingFiles::open(accounts.mailboxes(), error).has_value());
  CHECK(error == kFolder + ": Not a directory");
}

TEST_CASE("mail makes a notification for each device, written together") {
  PendingWorld world;
  world.accounts.make("ann@a.example", "{PLAIN}x");
  world.accounts.write(
      "ann@a.example/metadata.json",
      metadata::with_token(metadata::with_token("", "1", kNow), "2", kNow));
  world.accounts.make("bob@a.example", "{PLAIN}x");
  std::vector<Notification> handed_on;
  metadata::Notifier notifier(
      metadata::TokenFiles(world.accounts.mailboxes()), *world.files,
      [&](std::vector<Notification> all) { handed_on = std::move(all); });
  int written = 0;
  const auto count = [&](const std::optional<std::string>& wrong) {
    CHECK(wrong == std::nullopt);
    ++written;
  };
  notifier.wake("bob@a.example", kNow, count);  // has no device
  notifier.wake("nobody@a.example", kNow, count);
  CHECK(written == 2);
  notifier.wake("ANN@a.example", kNow, count);
  CHECK(written == 2);
  CHECK(handed_on.empty());
  notifier.flush();
  CHECK(written == 3);
  REQUIRE(handed_on.size() == 2);
  CHECK(handed_on[0].token == "1");
  CHECK(handed_on[1].token == "2");
  CHECK(handed_on[0].address == "ann@a.example");
  CHECK(world.accounts.names(kFolder).size() == 2);

  // And after a restart.
  handed_on.clear();
  CHECK(notifier.resume() == std::nullopt);
  std::set<std::string> tokens;
  for (const Notification& each : handed_on) tokens.insert(each.token);
  CHECK(tokens == std::set<std::string>{"1", "2"});
}

TEST_CASE("mail that cannot be noted fails, whatever the reason") {
  PendingWorld world;
  world.accounts.make("ann@a.example", "{PLAIN}x");
  world.accounts.write("ann@a.example/metadata.json",
                       metadata::with_token("", "1", kNow));
  world.accounts.write("cid@a.example", "a file where a mailbox should be");
  std::vector<std::string> wrong;
  metadata::Notifier notifier(
      metadata::TokenFiles(world.accounts.mailboxes()), *world.files,
      [&](const std::vector<Notification>&) { FAIL("handed on"); });
  const auto note = [&](const std::optional<std::string>& reason) {
    wrong.push_back(reason.value_or("nothing"));
  };
  notifier.wake("cid@a.example", kNow, note);
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0] != "nothing");
  std::filesystem::remove_all(world.accounts.path(kFolder));
  notifier.wake("ann@a.example", kNow, note);
  notifier.flush();
  REQUIRE(wrong.size() == 2);
  CHECK(wrong[1] == kFolder + ": No such file or directory");
}

TEST_CASE("many at once hold few open files") {
  PendingWorld world;
  world.accounts.make("ann@a.example", "{PLAIN}x");
  world.accounts.write("ann@a.example/metadata.json",
                       metadata::with_token("", "1", kNow));
  std::size_t handed_on = 0;
  metadata::Notifier notifier(
      metadata::TokenFiles(world.accounts.mailboxes()), *world.files,
      [&](const std::vector<Notification>& all) { handed_on += all.size(); });
  int written = 0;
  for (int i = 0; i < 600; ++i) {
    notifier.wake("ann@a.example", kNow, [&](auto) { ++written; });
    REQUIRE(world.files->unsynced() < metadata::kMaxUnsynced);
  }
  CHECK(written == 512);
  notifier.flush();
  CHECK(written == 600);
  CHECK(handed_on == 600);
}
