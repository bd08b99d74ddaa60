// Tests policy/judge.h on Secure-Join requests and setup messages.

#include <catch2/catch.hpp>

#include "policy/limits.h"
#include "tests/policy/shipped_rules.h"
#include "tests/policy/valid_world.h"

namespace policy_test {
namespace {

constexpr char kSomeLimits[] =
    "on limits limit 1/h by author.domain else defer 450 \"x\" as rate "
    "when shape is secure-join";

using policy::Direction;

constexpr char kCleartext[] =
    "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail";

void make_request(ValidWorld& world, const std::string& step) {
  world.set_field("Content-Type", " multipart/mixed; boundary=\"x\"");
  world.add_field("Secure-Join", " " + step);
  world.add_field("Secure-Join-Invitenumber", " abc");
  world.body =
      "--x\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n\r\n"
      "Secure-Join: " +
      step + "\r\n--x--\r\n";
}

TEST_CASE("a Secure-Join request leaves, within its bounds") {
  for (const char* step : {"vc-request", "vg-request"}) {
    ValidWorld world(Direction::kOutbound);
    world.configuration.rulebook = shipped_rules({}, kSomeLimits);
    make_request(world, step);
    const policy::Judgement judgement = world.judge();
    CHECK(told(judgement) == "accept");
    CHECK(judgement.shape == mime::Shape::kSecureJoin);
    REQUIRE(world.limits.spent.size() == 1);
    CHECK(world.limits.spent[0].shape == mime::Shape::kSecureJoin);
  }
  ValidWorld two(Direction::kOutbound);
  make_request(two, "vc-request");
  two.envelope.recipients.push_back("carol@carol.example");
  CHECK(told(two.judge()) == kCleartext);

  // A second device of the author has a copy.
  ValidWorld copied(Direction::kOutbound);
  make_request(copied, "vc-request");
  copied.envelope.recipients.push_back(copied.envelope.reverse_path);
  CHECK(told(copied.judge()) == "accept");

  ValidWorld large(Direction::kOutbound);
  make_request(large, "vc-request");
  large.body.insert(0, std::string(kMaxSecureJoin, '\n'));
  CHECK(told(large.judge()) == kCleartext);

  ValidWorld other(Direction::kOutbound);
  make_request(other, "vc-request-with-auth");
  CHECK(told(other.judge()) == kCleartext);
}

TEST_CASE("an inbound Secure-Join request spends for the author's domain") {
  ValidWorld world(Direction::kInbound);
  world.configuration.rulebook = shipped_rules({}, kSomeLimits);
  world.remove_field("DKIM-Signature");
  make_request(world, "vc-request");
  world.sign();
  CHECK(told(world.judge()) == "accept");
  REQUIRE(world.limits.spent.size() == 1);
  CHECK(world.limits.spent[0].author_domain == "alice.example");
}

TEST_CASE("a setup message to oneself is an option, off by default") {
  ValidWorld world(Direction::kOutbound);
  world.set_field("Content-Type", " multipart/mixed; boundary=\"x\"");
  world.add_field("Autocrypt-Setup-Message", " v1");
  world.envelope.recipients = {"bob@relay.example"};
  world.body =
      "--x\r\n\r\nThis is for you.\r\n--x\r\n"
      "Content-Type: application/autocrypt-setup\r\n\r\n<html>\r\n--x--\r\n";
  CHECK(told(world.judge()) == kCleartext);
  world.configuration.autocrypt_setup_message = true;
  CHECK(told(world.judge()) == "accept");
  world.envelope.recipients = {"alice@alice.example"};
  CHECK(told(world.judge()) == kCleartext);
}

}  // namespace
}  // namespace policy_test
