#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "tests/ctl/command_world.h"

using Catch::Matchers::Contains;
using test::CommandWorld;

TEST_CASE("on a relay its own rules are checked, without being asked to") {
  CommandWorld world;
  std::filesystem::create_directory(world.directory.path("rules.d"));
  world.write("rules.d/10-own.conf",
              "on inbound\nreject 554 5.7.1 \"No\" as blocked\n"
              "  when author.domian in {\"spam.example\"}\n");
  // Without its settings there is nothing of its own.
  CHECK(world.run({"rules", "check"}) == ctl::kExitDone);
  world.write("chatmail.ini",
              "[params]\nmail_domain = a.example\n"
              "own_rules_dir = " +
                  world.directory.path("rules.d") + "\n");
  CHECK(world.run({"rules", "check"}) == ctl::kExitDiffers);
  CHECK_THAT(world.out.str(), Contains("10-own.conf:3:8"));
  CHECK(world.run({"rules", "check", world.directory.path("rules.d")}) ==
        ctl::kExitDiffers);
}
