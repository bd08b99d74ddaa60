#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "tests/ctl/command_world.h"

using Catch::Matchers::Contains;
using test::CommandWorld;

TEST_CASE(
    "a relay can be taken away though a value of its chatmail.ini is wrong") {
  CommandWorld world;
  const std::string root = world.directory.path("root");
  std::filesystem::create_directories(root + "/etc/postfix");
  const auto run = [&](const std::string& lines, const std::string& more) {
    world.write("chatmail.ini", "[params]\n" + lines);
    return world.run({"uninstall", "--dry-run", "--root", root, more});
  };
  CHECK(run("mail_domain = _x.example\nusername_max_length = 200\n",
            "--json") == ctl::kExitDone);
  CHECK_THAT(world.err.str(), Contains("username_max_length"));
  CHECK_THAT(world.out.str(), Contains("dry run"));
  // Which mailboxes go must be certain.
  CHECK(run("mail_domain = _x.example\nusername_max_length = 200\n",
            "--purge") == ctl::kExitUnusable);
  CHECK(world.out.str().empty());
  CHECK(run("username_max_length = 20\n", "--json") == ctl::kExitUnusable);
  CHECK_THAT(world.err.str(), Contains("mail_domain"));
}
