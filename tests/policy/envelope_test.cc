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

TEST_CASE("internal is what Postfix itself writes on this host, and no more") {
  using policy::Direction;
  struct Row {
    const char* reverse_path;
    const char* client_address;
    Direction wanted;
  };
  const Row rows[] = {
      {"", "127.0.0.1", Direction::kInternal},
      {"", "::1", Direction::kInternal},
      {"", "", Direction::kInternal},
      {"double-bounce@relay.example", "127.0.0.1", Direction::kInternal},
      {"bob@relay.example", "127.0.0.1", Direction::kInbound},
      {"", "192.0.2.7", Direction::kInbound},
      {"", "::ffff:192.0.2.7", Direction::kInbound},
      {"double-bouncer@relay.example", "127.0.0.1", Direction::kInbound},
  };
  for (const Row& row : rows) {
    INFO(row.reverse_path << ' ' << row.client_address);
    policy::Envelope envelope;
    envelope.direction = Direction::kInternal;
    envelope.reverse_path = row.reverse_path;
    envelope.client_address = row.client_address;
    CHECK(policy::proven_direction(envelope) == row.wanted);
    envelope.direction = Direction::kOutbound;
    CHECK(policy::proven_direction(envelope) == Direction::kOutbound);
  }
}

TEST_CASE("the domain of an address is behind its last at-sign") {
  CHECK(policy::domain_of("bob@Relay.Example") == "relay.example");
  CHECK(policy::domain_of("\"a@b\"@relay.example") == "relay.example");
  CHECK(policy::domain_of("bob").empty());
}

}  // namespace
