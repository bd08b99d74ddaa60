// Tests policy/judge.h for inbound mail: a valid world, one thing broken.

#include <catch2/catch.hpp>
#include <functional>

#include "policy/limits.h"
#include "tests/policy/shipped_rules.h"
#include "tests/policy/valid_world.h"

namespace policy_test {
namespace {

using policy::AccountState;
using policy::Direction;

constexpr char kCleartext[] =
    "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail";

struct Case {
  const char* name;
  std::function<void(ValidWorld&)> break_one_thing;
  std::string wanted;
  bool at_header = false;
};

void make_cleartext(ValidWorld& world) {
  world.remove_field("DKIM-Signature");
  world.set_field("Content-Type", " text/plain");
  world.body = "Hello Bob\r\n";
  world.sign();
}

void resign(ValidWorld& world) {
  world.remove_field("DKIM-Signature");
  world.sign();
}

TEST_CASE("a valid inbound message is accepted at every chunk size") {
  for (std::size_t chunk : {1, 2, 7, 64, 65535}) {
    ValidWorld world(Direction::kInbound);
    const policy::Judgement judgement = world.judge(chunk);
    CHECK(told(judgement) == "accept");
    CHECK(judgement.shape == mime::Shape::kEncrypted);
    CHECK(judgement.plan.empty());
    CHECK_FALSE(judgement.reverse_path.has_value());
  }
}

TEST_CASE("each broken thing of an inbound message has its reply") {
  const std::vector<Case> cases = {
      {"cleartext", make_cleartext, kCleartext, true},
      {"cleartext to an account that takes it",
       [](ValidWorld& world) {
         make_cleartext(world);
         world.accounts.states["bob@relay.example"] =
             AccountState::kTakesCleartext;
       },
       "accept"},
      {"cleartext to one that takes it and one that does not",
       [](ValidWorld& world) {
         make_cleartext(world);
         world.accounts.states["old@relay.example"] =
             AccountState::kTakesCleartext;
         world.envelope.recipients.push_back("old@relay.example");
       },
       kCleartext, true},
      {"cleartext to a detail address of an enforcing account",
       [](ValidWorld& world) {
         make_cleartext(world);
         world.envelope.recipients = {"Bob+x@Relay.example"};
       },
       kCleartext, true},
      {"cleartext while accounts cannot be read",
       [](ValidWorld& world) {
         make_cleartext(world);
         world.accounts.states["bob@relay.example"] =
             AccountState::kTemporaryError;
       },
       "451 4.3.0 Accounts cannot be read, try again later", true},
      {"no signature",
       [](ValidWorld& world) { world.remove_field("DKIM-Signature"); },
       "554 5.7.1 No DKIM signature found"},
      {"text behind the last boundary",
       [](ValidWorld& world) { world.body += "\r\nx\r\n"; }, kCleartext},
      {"a changed body", [](ValidWorld& world) { world.body += " \r\n"; },
       "554 5.7.1 No valid DKIM signature found: s1._domainkey.alice.example: "
       "body hash does not match"},
      {"a changed Date",
       [](ValidWorld& world) {
         world.set_field("Date", " Mon, 1 Jan 2026 00:00:00 +0000");
       },
       "554 5.7.1 No valid DKIM signature found: s1._domainkey.alice.example: "
       "signature does not match"},
      {"a key that DNS does not tell",
       [](ValidWorld& world) {
         world.keys.fail("s1._domainkey.alice.example",
                         dkim::TableFailure::kServfail);
       },
       "451 4.7.5 Key s1._domainkey.alice.example"},
      {"no key",
       [](ValidWorld& world) {
         world.keys.fail("s1._domainkey.alice.example",
                         dkim::TableFailure::kNxdomain);
       },
       "554 5.7.1 No valid DKIM signature found: s1._domainkey.alice.example"},
      {"an author of another domain",
       [](ValidWorld& world) {
         world.set_field("From", " <eve@evil.example>");
         resign(world);
       },
       "554 5.7.1 No valid DKIM signature found: "},
      {"no author", [](ValidWorld& world) { world.remove_field("From"); },
       "500 5.7.1 Invalid FROM header: ", true},
      {"two From fields",
       [](ValidWorld& world) {
         world.add_field("From", " <eve@evil.example>");
       },
       "500 5.7.1 Invalid FROM header: ", true},
      {"two Subject fields",
       [](ValidWorld& world) { world.add_field("Subject", " Hello"); },
       "554 5.6.0 Malformed message: ", true},
      {"too many fields",
       [](ValidWorld& world) {
         for (std::size_t i = 0; i <= policy::kMaxInboundFields; ++i) {
           world.add_field("X-More", " x");
         }
       },
       "554 5.6.0 Header section too large", true},
      {"a header section too large",
       [](ValidWorld& world) {
         for (int i = 0; i < 9; ++i) {
           world.add_field("X-More", std::string(32000, 'x'));
         }
       },
       "554 5.6.0 Header section too large", true},
      {"an unknown recipient",
       [](ValidWorld& world) {
         world.envelope.recipients = {"nobody@relay.example"};
       },
       "550 5.1.1 User unknown"},
      {"an unknown recipient of an unsigned message",
       [](ValidWorld& world) {
         world.envelope.recipients = {"nobody@relay.example"};
         world.remove_field("DKIM-Signature");
       },
       "554 5.7.1 No DKIM signature found"},
      {"one unknown and one known recipient",
       [](ValidWorld& world) {
         world.envelope.recipients.push_back("nobody@relay.example");
       },
       "accept"},
      {"accounts that cannot be read",
       [](ValidWorld& world) {
         world.accounts.states["bob@relay.example"] =
             AccountState::kTemporaryError;
       },
       "451 4.3.0 Accounts cannot be read, try again later"},
      {"a disabled recipient",
       [](ValidWorld& world) {
         world.accounts.states["bob@relay.example"] = AccountState::kDisabled;
       },
       "discard"},
  };
  for (const Case& row : cases) {
    INFO(row.name);
    ValidWorld world(Direction::kInbound);
    row.break_one_thing(world);
    const std::string got = told(world.judge());
    CHECK(got.substr(0, row.wanted.size()) == row.wanted);
    CHECK(world.refused_at_header == row.at_header);
  }
}

TEST_CASE("a literal author has to come from its own address") {
  ValidWorld world(Direction::kInbound);
  world.remove_field("DKIM-Signature");
  world.set_field("From", " <alice@[192.0.2.7]>");
  world.envelope.reverse_path = "alice@[192.0.2.7]";
  CHECK(told(world.judge()) == "accept");
  world.envelope.client_address = "192.0.2.8";
  CHECK(told(world.judge()) ==
        "554 5.7.1 No valid DKIM signature found: the message does not come "
        "from [192.0.2.7]");
  world.configuration.rulebook =
      shipped_rules({{"accept_address_literals", "any"}});
  CHECK(told(world.judge()) == "accept");
  world.configuration.rulebook = shipped_rules();
  world.set_field("From", " <alice@[IPv6:2001:DB8:0::7]>");
  world.envelope.client_address = "2001:db8::7";
  CHECK(told(world.judge()) == "accept");
}

TEST_CASE("a reverse-path that is not the author becomes null") {
  ValidWorld world(Direction::kInbound);
  world.envelope.reverse_path = "bounces@list.example";
  const policy::Judgement judgement = world.judge();
  REQUIRE(judgement.reverse_path.has_value());
  CHECK(judgement.reverse_path->empty());
}

TEST_CASE("every Authentication-Results goes, each named by its occurrence") {
  ValidWorld world(Direction::kInbound);
  world.add_field("Authentication-Results", " relay.example; dkim=pass");
  world.add_field("X-Other", " stays");
  world.add_field("authentication-results", " other.example; spf=pass");
  const policy::Judgement judgement = world.judge();
  REQUIRE(told(judgement) == "accept");
  REQUIRE(judgement.plan.edits.size() == 2);
  CHECK(judgement.plan.edits[0].occurrence == 1);
  CHECK(judgement.plan.edits[1].occurrence == 2);
  const auto queued = world.queued_fields(judgement);
  CHECK(queued.size() == world.fields.size() - 2);
  CHECK(queued.back().name == "X-Other");
}

TEST_CASE("our own Authentication-Results is there when asked for") {
  ValidWorld world(Direction::kInbound);
  world.configuration.rulebook =
      shipped_rules({{"add_authentication_results", "yes"}});
  const policy::Judgement judgement = world.judge();
  REQUIRE(judgement.plan.insert_top.size() == 1);
  CHECK(judgement.plan.insert_top[0].body.find(
            "dkim=pass header.d=alice.example") != std::string::npos);
}

TEST_CASE("disabled recipients are dropped and the others are not") {
  ValidWorld world(Direction::kInbound);
  world.accounts.states["gone@relay.example"] = AccountState::kDisabled;
  world.envelope.recipients.push_back("gone@relay.example");
  const policy::Judgement judgement = world.judge();
  CHECK(told(judgement) == "accept");
  CHECK(judgement.dropped_recipients == std::vector<std::size_t>{1});
}

TEST_CASE("an encrypted inbound message spends nothing") {
  ValidWorld world(Direction::kInbound);
  world.limits.answer.kind = policy::SpendAnswer::Kind::kTooMuch;
  CHECK(told(world.judge()) == "accept");
  CHECK(world.limits.spent.empty());
}

TEST_CASE("the published policy is looked up only where a rule asks") {
  constexpr char kRule[] =
      "on inbound reject 554 5.7.1 \"{author.domain} wants it: "
      "{dmarc.domain}\" "
      "as dmarc when dmarc.policy is \"reject\"";
  ValidWorld world(Direction::kInbound);
  world.keys.add("_dmarc.alice.example", {"v=DMARC1; p=reject"});
  CHECK(told(world.judge()) == "accept");
  world.configuration.rulebook = shipped_rules({}, kRule);
  CHECK(told(world.judge()) ==
        "554 5.7.1 alice.example wants it: alice.example");
  world.keys.fail("_dmarc.alice.example", dkim::TableFailure::kServfail);
  const policy::Judgement later = world.judge();
  CHECK(told(later).substr(0, 9) == "451 4.3.0");
  CHECK(later.reason == "fact-lookup");
  CHECK(later.detail == "dmarc.policy");
}

TEST_CASE("no rule refuses for good what DNS does not tell for the moment") {
  ValidWorld world(Direction::kInbound);
  world.keys.fail("s1._domainkey.alice.example", dkim::TableFailure::kServfail);
  for (const char* condition :
       {"dkim is not pass", "dkim is none", "dkim in {fail, permerror}",
        "dkim.key-bits < 2048", "alignment is none",
        "not alignment is strict"}) {
    INFO(condition);
    world.configuration.rulebook =
        shipped_rules({}, "on inbound reject 554 5.7.1 \"No\" as x when " +
                              std::string(condition));
    const policy::Judgement judgement = world.judge();
    CHECK(told(judgement).substr(0, 9) == "451 4.3.0");
    CHECK(judgement.reason == "fact-lookup");
  }
  for (const char* condition :
       {"dkim is temperror", "dkim in {fail, temperror}", "dkim fails",
        "alignment fails", "dkim.key-bits fails"}) {
    INFO(condition);
    world.configuration.rulebook = shipped_rules(
        {}, "on inbound defer 450 4.7.5 \"{dkim} {dkim.selector}\" as x when " +
                std::string(condition));
    CHECK(told(world.judge()) == "450 4.7.5 temperror s1");
  }
}

TEST_CASE("a reply waits for the facts that it tells") {
  ValidWorld world(Direction::kInbound);
  world.configuration.rulebook = shipped_rules(
      {}, "on inbound defer 450 4.7.1 \"{dkim}\" as x because dkim.cause");
  CHECK(told(world.judge()) == "450 4.7.1 pass");
  CHECK_FALSE(world.refused_at_header);
}

TEST_CASE("no rule takes a message whose header section is beyond its bounds") {
  for (const Direction direction :
       {Direction::kInbound, Direction::kOutbound}) {
    ValidWorld world(direction);
    world.configuration.rulebook =
        shipped_rules({}, "on inbound accept on outbound accept");
    CHECK(told(world.judge()) == "accept");
    for (std::size_t i = 0; i <= policy::kMaxInboundFields; ++i) {
      world.add_field("X-More", " x");
    }
    CHECK(told(world.judge()) == "554 5.6.0 Header section too large");
  }
}

TEST_CASE("what a sender wrote is never taken for a reply's codes") {
  ValidWorld world(Direction::kInbound);
  world.add_field("X-Code", " 5.5.0 hi");
  world.configuration.rulebook = shipped_rules(
      {}, "on inbound reject 554 5.7.1 \"{header[X-Code]}\" as x");
  CHECK(told(world.judge()) == "554 5.7.1 5.5.0 hi");
  world.configuration.rulebook =
      shipped_rules({}, "on inbound reject 554 \"No {header[X-Code]}\" as x");
  const policy::Judgement judgement = world.judge();
  CHECK(judgement.reply.enhanced_status.empty());
  CHECK(judgement.reply.text == "No 5.5.0 hi");
}

}  // namespace
}  // namespace policy_test
