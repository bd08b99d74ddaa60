#include "deploy/ctl/account.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/ctl/account_world.h"

using Catch::Matchers::Contains;
using test::AccountWorld;

namespace {

constexpr char kAnn[] = "ann000001@a.example";

}  // namespace

TEST_CASE("at a terminal a deletion is asked for, and only yes is yes") {
  struct Row {
    std::string answer;
    int status;
  };
  const std::vector<Row> rows = {
      {"yes\n", 0}, {"yes", 0}, {"no\n", 1},   {"y\n", 1},
      {"YES\n", 1}, {"\n", 1},  {"yes \n", 1}, {"", 1},
  };
  for (const Row& row : rows) {
    INFO(row.answer);
    AccountWorld world;
    world.make(kAnn);
    world.in.str(row.answer);
    world.surroundings.asks = true;
    CHECK(world.run({"delete", kAnn}) == row.status);
    CHECK_THAT(world.err.str(), Contains("Delete ann000001@a.example with 0 "
                                         "messages, for good? Write yes: "));
    CHECK(world.accounts.exists(kAnn) == (row.status != 0));
  }
}

TEST_CASE("where nobody can be asked nothing is deleted without --yes") {
  AccountWorld world;
  world.make(kAnn);
  world.in.str("yes\n");
  CHECK(world.run({"delete", kAnn}) == 2);
  CHECK_THAT(world.err.str(), Contains("say --yes"));
  CHECK(world.accounts.exists(kAnn));
  CHECK(world.run({"delete", kAnn, "--yes"}) == 0);
  CHECK_FALSE(world.accounts.exists(kAnn));
  CHECK(world.accounts.names("").empty());
}

TEST_CASE("a link is no account, and what it leads to stays") {
  AccountWorld world;
  world.make("bob000001@a.example");
  REQUIRE(symlink("bob000001@a.example", world.accounts.path(kAnn).c_str()) ==
          0);
  for (const char* command : {"show", "disable", "enable"}) {
    CHECK(world.run({command, kAnn}) == 2);
  }
  CHECK(world.run({"delete", kAnn, "--yes"}) == 2);
  CHECK(world.accounts.exists("bob000001@a.example/password"));
  CHECK_FALSE(world.accounts.exists("bob000001@a.example/DISABLED"));
}

TEST_CASE("a directory without a password is no account") {
  AccountWorld world;
  std::filesystem::create_directory(world.accounts.path(kAnn));
  for (const char* command :
       {"show", "disable", "enable", "delete", "expire"}) {
    CHECK(world.run({command, kAnn}) == 1);
    CHECK_THAT(world.err.str(), Contains("there is no account"));
  }
  CHECK(world.run({"list"}) == 0);
  CHECK(world.out.str().empty());
}

TEST_CASE(
    "an account that cannot be read is named, and the others are listed") {
  AccountWorld world;
  world.make(kAnn);
  world.make("bob000001@a.example");
  std::filesystem::remove(world.accounts.path(std::string(kAnn) + "/password"));
  std::filesystem::create_directory(
      world.accounts.path(std::string(kAnn) + "/password"));
  CHECK(world.run({"list"}) == 2);
  CHECK_THAT(world.err.str(), Contains("ann000001@a.example: password: "));
  CHECK_THAT(world.out.str(), Catch::Matchers::StartsWith("bob000001@"));
}

TEST_CASE("who was root goes on as the owner of the mailboxes") {
  AccountWorld world;
  world.make(kAnn);
  // As root, some other user's; else they are ours, and no root's.
  if (geteuid() == 0) {
    REQUIRE(chown(world.accounts.path("").c_str(), 8, 8) == 0);
  }
  const struct stat status = world.accounts.status("");
  const std::string owner = getpwuid(status.st_uid)->pw_name;
  std::string became;
  world.surroundings.become = [&](const std::string& user) {
    became = user;
    return std::optional<std::string>();
  };
  CHECK(world.run({"list"}) == 0);
  CHECK(became == owner);
  world.surroundings.become = [](const std::string&) {
    return std::optional<std::string>("setresuid: Operation not permitted");
  };
  CHECK(world.run({"disable", kAnn}) == 2);
  CHECK_THAT(world.err.str(), Contains("setresuid"));
  CHECK_FALSE(world.accounts.exists(std::string(kAnn) + "/DISABLED"));
}

TEST_CASE("what is not permitted says who may") {
  CHECK(ctl::with_advice("/home/vmail: Permission denied") ==
        "/home/vmail: Permission denied; run it as root, or as the owner of "
        "the mailboxes");
  CHECK(ctl::with_advice("/home/vmail: No space left on device") ==
        "/home/vmail: No space left on device");
}

TEST_CASE("a long work tells how far it is, at a terminal alone") {
  AccountWorld world;
  for (int i = 0; i < 600; ++i) {
    world.accounts.make("ann" + std::to_string(100'000 + i) + "@a.example",
                        "{PLAIN}x");
  }
  CHECK(world.run({"list", "--json"}) == 0);
  CHECK(world.err.str().empty());
  const std::string listed = world.out.str();
  CHECK(std::count(listed.begin(), listed.end(), '\n') == 600);
  world.surroundings.shows_progress = true;
  CHECK(world.run({"list", "--json"}) == 0);
  CHECK_THAT(world.err.str(), Contains("\raccount 300 of 600"));
  CHECK_THAT(world.err.str(), Catch::Matchers::EndsWith("\r\x1b[K"));
  CHECK(world.out.str() == listed);
}

TEST_CASE("the end of an invite is a time to come") {
  constexpr std::int64_t now = 1'790'000'000;  // 2026-09-21 13:33:20
  constexpr std::int64_t day = 86'400;
  struct Row {
    std::string text;
    std::optional<std::int64_t> expiry;
  };
  const std::vector<Row> rows = {
      {"30d", now + 30 * day},
      {"30", now + 30 * day},
      {"12h", now + day / 2},
      {"36500d", now + 36'500 * day},
      {"2026-09-21", 1'789'948'800 + day},
      {"2026-09-20", std::nullopt},
      {"2027-02-29", std::nullopt},
      {"2026-9-30", std::nullopt},
      {"2026-10-01x", std::nullopt},
      {"2026-10", std::nullopt},
      {"36501d", std::nullopt},
      {"99999999999999999999d", std::nullopt},
      {"0d", std::nullopt},
      {"-3d", std::nullopt},
      {"d", std::nullopt},
      {"h", std::nullopt},
      {"", std::nullopt},
      {"1.5d", std::nullopt},
      {"soon", std::nullopt},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(ctl::expiry_of(row.text, now) == row.expiry);
  }
}

TEST_CASE("an invite's state is told, and its comment cannot write anywhere") {
  AccountWorld world;
  std::ofstream(world.directory.path("invites.json"))
      << R"({"invites": {"usedup001": {"uses": 2, "used": 2},
             "expired01": {"expires": 1789999999},
             "stillgood": {"uses": 2, "used": 1, "expires": 1790000001,
                           "comment": "a\u001b[31mb"}}})";
  CHECK(world.run({"invite", "list"}) == 0);
  const std::string listed = world.out.str();
  CHECK_THAT(listed, Contains("usedup001") && Contains("used-up"));
  CHECK_THAT(listed, Contains("expired01") && Contains("expired "));
  CHECK_THAT(listed, Contains("good     used 1 of 2  last day 2026-09-21"));
  CHECK_THAT(listed, Contains("a?[31mb"));
  CHECK(world.run({"invite", "list", "--json"}) == 0);
  std::istringstream lines(world.out.str());
  std::vector<std::string> states;
  for (std::string line; std::getline(lines, line);) {
    states.push_back(nlohmann::json::parse(line)["state"]);
  }
  CHECK(states == std::vector<std::string>{"expired", "good", "used-up"});
}

TEST_CASE("invites whose folder is not there say so") {
  AccountWorld world;
  std::ofstream(world.directory.path("other.ini"))
      << "[params]\nmail_domain = a.example\nmailboxes_dir = "
      << world.accounts.mailboxes().path()
      << "\ninvites_file = " << world.directory.path("nowhere/invites.json")
      << '\n';
  const std::string ini = world.directory.path("other.ini");
  CHECK(world.run({"invite", "create", "--config", ini.c_str()}) == 2);
  CHECK_THAT(world.err.str(), Contains("No such file or directory"));
  CHECK(world.run({"invite", "list", "--config", ini.c_str()}) == 0);
}
