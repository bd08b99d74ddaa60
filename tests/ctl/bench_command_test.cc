#include <catch2/catch.hpp>
#include <string>

#include "tests/ctl/command_world.h"

using Catch::Matchers::Contains;
using test::CommandWorld;

namespace {

CommandWorld& with_relay(CommandWorld& world, const std::string& lines = "") {
  world.write("chatmail.ini", "[params]\nmail_domain = _a.example\n" + lines);
  return world;
}

}  // namespace

TEST_CASE("load is put on this host alone") {
  CommandWorld world;
  // RFC 5737: nobody's address.
  CHECK(with_relay(world).run({"bench", "--host", "192.0.2.1"}) ==
        ctl::kExitUnusable);
  CHECK(world.err.str() ==
        "chatmail bench: 192.0.2.1 is not this host; load is put on the relay "
        "of this host alone: run it there\n");
  CHECK(world.out.str().empty());
}

TEST_CASE("more accounts than a bench makes are refused with what would do") {
  CommandWorld world;
  CHECK(with_relay(world, "max_user_send_burst_size = 2\n")
            .run({"bench", "--messages", "1001"}) == ctl::kExitUnusable);
  CHECK_THAT(world.err.str(), Contains("1001 messages take 501 accounts") &&
                                  Contains("--messages 1000"));
}

TEST_CASE("a bench without a relay cannot begin") {
  CommandWorld world;
  CHECK(world.run({"bench"}) == ctl::kExitUnusable);
  CHECK_THAT(world.err.str(), Contains("chatmail.ini: No such file"));
  CHECK(with_relay(world).run({"bench", "--connections", "101"}) ==
        ctl::kExitUnusable);
}
