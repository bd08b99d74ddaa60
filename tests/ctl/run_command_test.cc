#include <catch2/catch.hpp>

#include "tests/ctl/command_world.h"

using Catch::Matchers::Contains;

namespace {

TEST_CASE("the DNS is asked as chatmail.ini says, before anything is done") {
  test::CommandWorld world;
  // Nobody answers there.
  world.write("chatmail.ini",
              "[params]\nmail_domain = a.example\nprivacy_postal = Us\n"
              "privacy_mail = us@a.example\ndns_forwarders = 127.0.0.1@9\n"
              "dns_root_key = /nowhere/root.key\n");
  world.run({"run", "--dry-run"});
  CHECK_THAT(world.out.str(),
             Contains("  ! dns_root_key: /nowhere/root.key: No such file"));
}

}  // namespace
