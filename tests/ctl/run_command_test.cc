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

TEST_CASE("a key that nobody knows is told of, and what goes on goes on") {
  test::CommandWorld world;
  const std::string contact =
      "privacy_postal = Us\nprivacy_mail = us@a.example\n";
  world.write("chatmail.ini", "[params]\nmail_domain = _a.example\n" + contact +
                                  "max_mailbox_sise = 1G\npostfix_host = b\n");
  const std::vector<std::vector<std::string>> lines = {
      {"run", "--dry-run", "--root", world.directory.path("root")},
      {"render"},
      {"status"},
      {"dns", "--zonefile"},
      {"webpage", "--dry-run"}};
  for (const auto& words : lines) {
    CAPTURE(words);
    world.run(words);
    CHECK_THAT(world.err.str(),
               Contains("note: ") &&
                   Contains("chatmail.ini:5: unknown key max_mailbox_sise (did "
                            "you mean max_mailbox_size?)"));
    // Of the page nothing else is asked.
    if (words[0] != "webpage") {
      CHECK_THAT(world.err.str(),
                 Contains("note: postfix_host: has no effect"));
    }
  }
}

}  // namespace
