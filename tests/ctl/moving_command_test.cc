#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/ctl/command_world.h"

using Catch::Matchers::Contains;
using test::CommandWorld;
namespace fs = std::filesystem;

namespace {

constexpr char kIni[] = "[params]\nmail_domain = _x.example\n";

// A relay in the folder "here".
struct World : CommandWorld {
  World() {
    make("here/etc/chatmail/chatmail.ini", kIni);
    make("here/home/vmail/mail/_x.example/a@_x.example/password", "{X}y");
    make("here/home/vmail/mail/_x.example/a@_x.example/cur/1", "mail");
    here = directory.path("here");
    there = directory.path("there");
    archive = directory.path("b.tar.zst");
    surroundings.config_file = "/etc/chatmail/chatmail.ini";
  }
  void make(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(directory.path(name)).parent_path());
    write(name, text);
  }
  // A relay of the Python programs, and nothing else.
  void make_earlier() const {
    fs::remove_all(here + "/etc/chatmail");
    make("here/usr/local/lib/chatmaild/chatmail.ini", kIni);
  }
  std::string here, there, archive;
};

}  // namespace

TEST_CASE("backup sums up what it wrote, for people and for programs") {
  World world;
  REQUIRE(world.run({"backup", "--root", world.here, world.archive}) == 0);
  CHECK_THAT(world.out.str(), Contains("_x.example, 1 account\n") &&
                                  Contains("chatmail restore"));
  CHECK(world.err.str() == "");
  REQUIRE(world.run(
              {"backup", "--root", world.here, world.archive, "--json"}) == 0);
  const auto sum = nlohmann::json::parse(world.out.str());
  CHECK(sum["mail_domain"] == "_x.example");
  CHECK(sum["accounts"] == 1);
  CHECK(sum["parts"]["mailboxes"]["files"] == 2);
  CHECK(sum["archive_octets"] == fs::file_size(world.archive));
}

TEST_CASE("a backup shows how far it is on a terminal, and takes it away") {
  World world;
  for (int i = 0; i < 600; ++i) {
    world.make("here/home/vmail/mail/_x.example/a@_x.example/cur/m" +
                   std::to_string(i),
               "x");
  }
  world.surroundings.shows_progress = true;
  REQUIRE(world.run({"backup", "--root", world.here, world.archive}) == 0);
  CHECK_THAT(world.err.str(), Contains("backing up: 512 files"));
  CHECK(world.err.str().ends_with("\r\x1b[K"));
  REQUIRE(world.run({"restore", world.archive, "--root", world.there}) == 0);
  CHECK_THAT(world.err.str(), Contains("restoring: 512 files"));
  CHECK(world.err.str().ends_with("\r\x1b[K"));
}

TEST_CASE("what these commands cannot do as they are asked") {
  World world;
  struct Row {
    std::vector<std::string> words;
    int status;
    std::string said;
  };
  const std::vector<Row> rows = {
      {{"backup", "--root", world.here, "--without", "mail"}, 2, "--without"},
      {{"backup", "--root", world.here, "--without", "settings"},
       2,
       "always in a backup"},
      {{"backup", "--root", world.there, "x"}, 2, "chatmail.ini"},
      {{"restore"}, 2, "file is required"},
      {{"restore", world.archive, "--root", world.there}, 1, "No such file"},
      {{"restore", world.archive, "--without", "x"}, 2, "--without"},
      {{"migrate", "--back", "--from", "x"}, 2, "excludes"},
      {{"migrate", "--root", world.there}, 1, "--ini FILE"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.words, world.out.str(), world.err.str());
    CHECK(world.run(row.words) == row.status);
    CHECK_THAT(world.out.str() + world.err.str(), Contains(row.said));
  }
}

TEST_CASE("a migration is done when somebody says so, and not before") {
  World world;
  world.make_earlier();
  const std::vector<std::string> words = {"migrate", "--root", world.here};
  CHECK(world.run(words) == 1);
  CHECK_THAT(world.out.str(), Contains("say --yes"));
  CHECK_FALSE(fs::exists(world.here + "/etc/chatmail"));
  world.surroundings.asks = true;
  world.in.str("no\n");
  CHECK(world.run(words) == 1);
  CHECK_FALSE(fs::exists(world.here + "/etc/chatmail"));
  world.in.clear();
  world.in.str("yes\n");
  CHECK(world.run(words) == 0);
  CHECK_THAT(world.out.str(), Contains("Next: chatmail run"));
  CHECK(world.read("here/etc/chatmail/chatmail.ini") == kIni);
}

TEST_CASE("what keeps ssh out is told with what to do") {
  World world;
  setenv("PATH",  // NOLINT(concurrency-*)
         (world.directory.path("bin") + ":/usr/bin:/bin").c_str(), 1);
  const auto told = [&](const std::string& ssh, const std::string& host) {
    world.program("ssh", ssh);
    world.out.str("");
    CHECK(world.run({"migrate", "--from", host, "--root", world.there,
                     "--yes"}) == 1);
    return world.out.str();
  };
  CHECK_THAT(told("echo 'Permission denied (publickey).' >&2; exit 255", "old"),
             Contains("ssh-copy-id root@old"));
  CHECK_THAT(
      told("echo 'Host key verification failed.' >&2; exit 255", "me@old"),
      Contains("Connect once by hand and compare the fingerprint: "
               "ssh me@old"));
  const std::string no_ini =
      told("echo 'cat: no such file' >&2; exit 1", "old");
  CHECK_THAT(no_ini, Contains("old: ") && Contains("cat: no such file") &&
                         Contains("Is it a relay of theirs"));
  CHECK_THAT(told("exit 0", "-oProxyCommand=x"),
             Contains("-oProxyCommand=x is no host") && !Contains("by hand"));
}

TEST_CASE("another host is asked by ssh, and copied") {
  World world;
  world.make_earlier();
  // The host of which ssh tells is the folder: its commands begin there.
  setenv("PATH",  // NOLINT(concurrency-*)
         (world.directory.path("bin") + ":/usr/bin:/bin").c_str(), 1);
  world.program("ssh", "echo \"$@\" >> " + world.directory.path("asked") +
                           "\nfor last; do :; done\nsystemctl() { test -e " +
                           world.here +
                           "/active; }\nlast=$(printf %s \"$last\" | sed \"" +
                           "s!cd / !cd " + world.here + " !; s!cat '/!cat '" +
                           world.here + "/!\")\neval \"$last\"");
  world.make("here/var/spool/postfix/active/4X", "queued");
  fs::permissions(world.here + "/var/spool/postfix/active/4X",
                  fs::perms::owner_all);
  world.make("here/active", "");
  const std::vector<std::string> words = {"migrate", "--from",    "old.example",
                                          "--root",  world.there, "--yes"};
  CHECK(world.run(words) == 1);
  CHECK_THAT(world.out.str(), Contains("mail still comes to old.example"));
  fs::remove(world.here + "/active");
  const int status = world.run(words);
  CAPTURE(world.out.str(), world.err.str());
  REQUIRE(status == 0);
  CHECK(world.read("there/etc/chatmail/chatmail.ini") == kIni);
  CHECK(world.read("there/home/vmail/mail/_x.example/a@_x.example/cur/1") ==
        "mail");
  CHECK(world.read("there/var/spool/postfix/active/4X") == "queued");
  CHECK_THAT(world.read("asked"), Contains("-C -- root@old.example"));
  CHECK(world.run({"migrate", "--from", "-oProxyCommand=x", "--root",
                   world.there, "--yes"}) != 0);
  CHECK_THAT(world.read("asked"), !Contains("ProxyCommand"));
}
