#include "deploy/services/expire/expiry.h"

#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/services/expire/mail_world.h"

namespace {

using Kind = expire::Outcome::Kind;
using expire::Reason;
using Paths = std::vector<std::string>;
using test::paths_of;

constexpr char kAnn[] = "ann@a.example";
const std::string kRoot = std::string(kAnn) + "/";

struct World : test::MailWorld {
  World() { account(kAnn, 3); }
};

}  // namespace

TEST_CASE("old messages go in every folder, and the rest stays") {
  World world;
  for (const char* part : {"cur", "new", "tmp"}) {
    for (const char* folder : {"", ".Sent/", ".Deep.Down/"}) {
      world.message(kRoot + folder + part + "/a", 10, 20.5);
      world.message(kRoot + folder + part + "/b", 10, 19.5);
      world.message(kRoot + folder + part + "/large", 200'001, 7.5);
    }
  }
  world.message(kRoot + "maildirsize", 5, 0);
  world.message(kRoot + "dovecot.index.log", 5, 500);
  world.message(kRoot + ".Sent/dovecot-uidlist", 5, 500);
  const auto outcome = world.expire(kAnn);
  CHECK(outcome.kind == Kind::kKept);
  CHECK(outcome.error.empty());
  CHECK(outcome.messages == 29);
  CHECK(outcome.removed == 13);
  CHECK(outcome.octets == 10 * 10 + 3 * 200'001);
  CHECK(paths_of(outcome) == Paths{".Deep.Down/cur/a", ".Deep.Down/cur/large",
                                   ".Deep.Down/new/a", ".Deep.Down/tmp/a",
                                   ".Sent/cur/a", ".Sent/cur/large",
                                   ".Sent/new/a", ".Sent/tmp/a", "cur/a",
                                   "cur/large", "cur/old", "new/a", "tmp/a"});
  for (const auto& path : paths_of(outcome)) {
    CHECK_FALSE(world.exists(kRoot + path));
  }
  CHECK(world.exists(kRoot + "new/large"));
  CHECK(world.exists(kRoot + "cur/young"));
  CHECK(world.exists(kRoot + "password"));
  CHECK(world.exists(kRoot + "dovecot.index.log"));
  CHECK(world.exists(kRoot + ".Sent/dovecot-uidlist"));
  // Dovecot counts anew.
  CHECK_FALSE(world.exists(kRoot + "maildirsize"));
}

TEST_CASE("the note of the size stays where nothing went") {
  World world;
  world.accounts.write(kRoot + "maildirsize", "x");
  std::filesystem::remove(world.accounts.path(kRoot + "cur/old"));
  const auto outcome = world.expire(kAnn);
  CHECK(outcome.removed == 0);
  CHECK(outcome.removals.empty());
  CHECK(world.exists(kRoot + "maildirsize"));
}

TEST_CASE("a dry run finds the same and changes nothing") {
  World world;
  world.account("bob@a.example", 91);
  std::filesystem::create_directory(world.accounts.path("cid@a.example"));
  world.message(kRoot + "maildirsize", 5, 0);
  for (const char* name : {kAnn, "bob@a.example", "cid@a.example"}) {
    INFO(name);
    const auto before = world.accounts.status(name).st_mtime;
    const auto dry = world.expire(name, {false, true});
    CHECK(world.accounts.status(name).st_mtime == before);
    CHECK(world.exists(name));
    const auto wet = world.expire(name);
    CHECK(dry.kind == wet.kind);
    CHECK(dry.messages == wet.messages);
    CHECK(dry.removed == wet.removed);
    CHECK(paths_of(dry) == paths_of(wet));
    CHECK(dry.error.empty());
  }
  CHECK(world.exists(kRoot + "cur/young"));
  CHECK_FALSE(world.exists(kRoot + "cur/old"));
}

TEST_CASE("a mailbox goes when nobody has logged in for long") {
  const struct {
    double age;
    Kind kind;
  } rows[] = {{0, Kind::kKept},       {-300, Kind::kKept},
              {89.9, Kind::kKept},    {90, Kind::kKept},
              {90.1, Kind::kRemoved}, {5000, Kind::kRemoved}};
  for (const auto& row : rows) {
    INFO(row.age);
    World world;
    world.set_age(kRoot + "password", row.age);
    world.message(kRoot + ".Sent/cur/young", 10, 0);
    const auto outcome = world.expire(kAnn);
    CHECK(outcome.kind == row.kind);
    CHECK(outcome.error.empty());
    CHECK(world.exists(kAnn) == (row.kind == Kind::kKept));
    if (row.kind != Kind::kRemoved) continue;
    CHECK(world.accounts.names(".").empty());
    CHECK(outcome.messages == 0);
    REQUIRE(outcome.removals.size() == 1);
    CHECK(outcome.removals[0].reason == Reason::kUnused);
    CHECK(outcome.removals[0].path.empty());
  }
}

TEST_CASE("a mailbox whose last login cannot be known keeps everything") {
  const struct {
    const char* name;
    void (*break_it)(World&);
  } rows[] = {
      {"a link",
       [](World& world) {
         std::filesystem::rename(world.accounts.path(kRoot + "password"),
                                 world.accounts.path(kRoot + "other"));
         std::filesystem::create_symlink(
             "other", world.accounts.path(kRoot + "password"));
       }},
      {"a link to nothing",
       [](World& world) {
         std::filesystem::remove(world.accounts.path(kRoot + "password"));
         std::filesystem::create_symlink(
             "nothing", world.accounts.path(kRoot + "password"));
       }},
      {"a directory",
       [](World& world) {
         std::filesystem::remove(world.accounts.path(kRoot + "password"));
         std::filesystem::create_directory(
             world.accounts.path(kRoot + "password"));
       }},
      {"from 1970",
       [](World& world) {
         world.set_age(kRoot + "password",
                       static_cast<double>(test::kNow) / test::kDay);
       }},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    World world;
    world.set_age(kRoot + "password", 500);
    row.break_it(world);
    const auto outcome = world.expire(kAnn);
    CHECK(outcome.kind == Kind::kLeftAlone);
    CHECK(outcome.error.starts_with("password"));
    CHECK(outcome.removals.empty());
    CHECK(world.exists(kRoot + "cur/old"));
  }
}

TEST_CASE("what may not be read is left alone, by who may not") {
  World world;
  world.set_age(kRoot + "password", 500);
  const auto root = world.accounts.path(kAnn);
  // As root, permissions say nothing: be nobody for a while.
  const uid_t nobody = 65534;
  const bool is_root = geteuid() == 0;
  std::filesystem::permissions(world.accounts.path("."),
                               std::filesystem::perms(0755));
  if (is_root) {
    REQUIRE(chown(root.c_str(), nobody, nobody) == 0);
    REQUIRE(seteuid(nobody) == 0);
  }
  for (const unsigned mode : {0000U, 0400U, 0600U}) {
    INFO(mode);
    CHECK(chmod(root.c_str(), mode) == 0);
    const auto outcome = world.expire(kAnn);
    CHECK(outcome.kind == Kind::kLeftAlone);
    CHECK(outcome.error.find("Permission denied") != std::string::npos);
  }
  CHECK(chmod(root.c_str(), 0700) == 0);
  if (is_root) REQUIRE(seteuid(0) == 0);
  CHECK(world.exists(kRoot + "cur/old"));
}

TEST_CASE("a directory without a password goes only when it is empty") {
  World world;
  std::filesystem::remove(world.accounts.path(kRoot + "password"));
  world.set_age(kRoot + "cur", 500);
  const auto outcome = world.expire(kAnn);
  CHECK(outcome.kind == Kind::kKept);
  CHECK(paths_of(outcome) == Paths{"cur/old"});
  CHECK(world.exists(kRoot + "cur/young"));

  std::filesystem::remove_all(world.accounts.path(kRoot + "cur"));
  const auto empty = world.expire(kAnn);
  CHECK(empty.kind == Kind::kRemoved);
  REQUIRE(empty.removals.size() == 1);
  CHECK(empty.removals[0].reason == Reason::kEmpty);
  CHECK_FALSE(world.exists(kAnn));
}

TEST_CASE("names that no account has, and what is no directory, stay") {
  World world;
  std::filesystem::create_directory(world.accounts.path("a@b@c"));
  std::filesystem::create_directory(world.accounts.path("bl ank@a.example"));
  world.accounts.write("file@a.example", "x");
  std::filesystem::create_directory_symlink(
      kAnn, world.accounts.path("link@a.example"));
  for (const char* name :
       {"a@b@c", "bl ank@a.example", "file@a.example", "link@a.example"}) {
    INFO(name);
    const auto outcome = world.expire(name);
    CHECK(outcome.kind == Kind::kLeftAlone);
    CHECK_FALSE(outcome.error.empty());
    CHECK(world.exists(name));
  }
  CHECK(world.exists(kRoot + "cur/old"));
  CHECK(world.expire("gone@a.example").kind == Kind::kVanished);
  CHECK(world.expire("gone@a.example").error.empty());
}

TEST_CASE("links in a mailbox lead nowhere") {
  World world;
  world.message("elsewhere/cur/keep", 10, 500);
  for (const auto& [target, link] :
       {std::pair{"../elsewhere", ".Link"},
        {"../elsewhere/cur", "new"},
        {"../../elsewhere/cur/keep", "cur/link"},
        {"../elsewhere/cur/keep", "maildirsize"}}) {
    std::filesystem::create_symlink(target, world.accounts.path(kRoot + link));
  }
  const auto outcome = world.expire(kAnn);
  CHECK(outcome.error.empty());
  CHECK(paths_of(outcome) == Paths{"cur/old"});
  CHECK(world.exists(kRoot + ".Link"));
  CHECK(world.exists(kRoot + "cur/link"));
  CHECK_FALSE(world.exists(kRoot + "maildirsize"));
  world.set_age(kRoot + "password", 500);
  CHECK(world.expire(kAnn).kind == Kind::kRemoved);
  CHECK(world.exists("elsewhere/cur/keep"));
}

TEST_CASE("names of messages may be any octets") {
  World world;
  const Paths names = {"with blank", "new\nline", "\xff\xfe", "-rf",
                       "tab\there",  ":2,S",      "..."};
  for (const std::string& name : names) {
    world.message(kRoot + "new/" + name, 1, 30);
  }
  const auto outcome = world.expire(kAnn);
  CHECK(outcome.removed == names.size() + 1);
  CHECK(outcome.error.empty());
  CHECK(world.accounts.names(kRoot + "new").empty());
}

TEST_CASE("a mailbox that is too full loses its oldest messages") {
  World world;
  world.retention.quota = 1000;
  const auto name = [](int day, int size) {
    return std::to_string(test::kNow - day * test::kDay) +
           ".M1.host,S=" + std::to_string(size) + ":2,S";
  };
  world.message(kRoot + "cur/" + name(5, 600), 1, 5);
  world.message(kRoot + ".Sent/new/" + name(6, 600), 1, 6);
  world.message(kRoot + "cur/" + name(7, 600), 1, 7);
  // Goes by its age and is not counted.
  world.message(kRoot + "cur/" + name(30, 5000), 1, 30);
  world.accounts.write(kRoot + "maildirsize", "x");
  for (const bool removes : {false, true}) {
    const auto outcome = world.expire(kAnn, {removes, true});
    CHECK(outcome.messages == 6);
    CHECK(outcome.removed == 4);
    CHECK(world.exists(kRoot + "maildirsize") == !removes);
  }
  CHECK(world.exists(kRoot + "cur/" + name(5, 600)));
  CHECK_FALSE(world.exists(kRoot + ".Sent/new/" + name(6, 600)));
  CHECK_FALSE(world.exists(kRoot + "cur/" + name(7, 600)));
}

TEST_CASE("100,000 messages in a mailbox are not too many") {
  World world;
  std::filesystem::create_directory(world.accounts.path(kRoot + "new"));
  const int directory =
      open(world.accounts.path(kRoot + "new").c_str(), O_RDONLY | O_DIRECTORY);
  constexpr int count = 100'000;
  const timespec times[2] = {{test::kNow - 30 * test::kDay, 0},
                             {test::kNow - 30 * test::kDay, 0}};
  bool made = true;
  for (int i = 0; i < count; ++i) {
    const std::string name = std::to_string(i) + ".M1P2.host,S=1";
    const int file = openat(directory, name.c_str(), O_CREAT | O_WRONLY, 0600);
    // One of ten stays.
    if (i % 10 != 0) made = made && futimens(file, times) == 0;
    made = made && close(file) == 0;
  }
  close(directory);
  REQUIRE(made);
  // The young ones were made today, not on the day of the world.
  world.retention.mails = test::kNow - 20 * test::kDay;
  const auto outcome = world.expire(kAnn, {true, false});
  CHECK(outcome.error.empty());
  CHECK(outcome.messages == count + 2);
  CHECK(outcome.removed == count * 9 / 10 + 1);
  CHECK(outcome.removals.empty());
  CHECK(world.accounts.names(kRoot + "new").size() == count / 10);
}

TEST_CASE("mailboxes and messages may vanish, and come, while they expire") {
  World world;
  constexpr int accounts = 60;
  std::vector<std::string> addresses;
  for (int i = 0; i < accounts; ++i) {
    addresses.push_back("u" + std::to_string(i) + "@a.example");
    world.account(addresses.back(), i % 3 == 0 ? 100 : 3);
    for (int j = 0; j < 20; ++j) {
      world.message(addresses.back() + "/.Sent/new/" + std::to_string(j), 10,
                    j % 2 == 0 ? 30 : 1);
    }
  }
  std::atomic<int> errors{0};
  std::string first_error;
  const auto expire_all = [&] {
    for (const std::string& address : addresses) {
      const auto outcome = world.expire(address);
      if (!outcome.error.empty() && errors++ == 0) first_error = outcome.error;
    }
  };
  // Two that expire, and one that deletes accounts and messages from the end.
  std::thread other(expire_all);
  std::thread deleting([&] {
    for (auto address = addresses.rbegin(); address != addresses.rend();
         ++address) {
      std::error_code ignored;
      std::filesystem::remove_all(world.accounts.path(*address + "/.Sent/new"),
                                  ignored);
      // Anew when something came in between: the folder was not empty then.
      const std::string path = world.accounts.path(*address);
      for (int i = 0; i < 1000 && std::filesystem::exists(path, ignored); ++i) {
        std::filesystem::remove_all(path, ignored);
      }
    }
  });
  expire_all();
  other.join();
  deleting.join();
  INFO(first_error);
  CHECK(errors == 0);
  CHECK(world.accounts.names(".") == Paths{kAnn});
}
