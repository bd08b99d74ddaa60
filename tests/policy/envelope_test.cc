// Tests policy/envelope.h.

#include "policy/envelope.h"

#include <catch2/catch.hpp>

namespace {

TEST_CASE("a recipient has one canonical form") {
  struct Row {
    const char* forward_path;
    const char* wanted;
  };
  const Row rows[] = {
      {"bob@relay.example", "bob@relay.example"},
      {"Bob@Relay.Example", "bob@relay.example"},
      {"bob+phone@relay.example", "bob@relay.example"},
      {"bob+a+b@relay.example", "bob@relay.example"},
      {"+bob@relay.example", "+bob@relay.example"},
      {"bob@[192.0.2.1]", "bob@[192.0.2.1]"},
      {"bob", "bob"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CHECK(policy::canonical_recipient(row.forward_path) == row.wanted);
  }
}

TEST_CASE("a daemon name that nobody knows is inbound") {
  using policy::Direction;
  CHECK(policy::direction_of_daemon_name("INBOUND") == Direction::kInbound);
  CHECK(policy::direction_of_daemon_name("ORIGINATING") ==
        Direction::kOutbound);
  CHECK(policy::direction_of_daemon_name("LOCAL") == Direction::kLocal);
  CHECK(policy::direction_of_daemon_name("internal") == Direction::kInternal);
  CHECK(policy::direction_of_daemon_name("smtpd") == Direction::kInbound);
  CHECK(policy::direction_of_daemon_name("") == Direction::kInbound);
}

TEST_CASE("the domain of an address is behind its last at-sign") {
  CHECK(policy::domain_of("bob@Relay.Example") == "relay.example");
  CHECK(policy::domain_of("\"a@b\"@relay.example") == "relay.example");
  CHECK(policy::domain_of("bob").empty());
}

}  // namespace
