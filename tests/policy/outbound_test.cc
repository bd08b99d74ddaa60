// Tests policy/judge.h for mail that leaves: a valid world, one thing broken.

#include <catch2/catch.hpp>
#include <functional>

#include "dkim/verifier.h"
#include "policy/limits.h"
#include "tests/policy/shipped_rules.h"
#include "tests/policy/valid_world.h"

namespace policy_test {
namespace {

constexpr char kSomeLimit[] =
    "on limits limit 1/h by login else defer 450 \"x\" as rate when login";

using policy::AccountState;
using policy::Direction;

constexpr char kCleartext[] =
    "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail";

struct Case {
  const char* name;
  std::function<void(ValidWorld&)> break_one_thing;
  std::string wanted;
};

dkim::Status verify(const ValidWorld& world,
                    const std::vector<policy::HeaderField>& fields) {
  auto& keys = const_cast<dkim::TableResolver&>(world.keys);
  dkim::Verifier verifier({}, keys);
  for (const auto& field : fields) {
    verifier.header_field(field.name, field.body);
  }
  verifier.end_of_header("relay.example", kNow);
  verifier.body(world.body);
  return verifier.finish(std::chrono::steady_clock::now()).status;
}

TEST_CASE("what leaves is reduced and validly signed") {
  for (Direction direction : {Direction::kOutbound, Direction::kLocal}) {
    ValidWorld world(direction);
    world.add_field("X-Mailer", " a program that talks");
    world.add_field("User-Agent", " another");
    world.set_field("Subject", " what it is about");
    world.set_field("From", " \"Bob\" <bob@relay.example>");
    const policy::Judgement judgement = world.judge();
    REQUIRE(told(judgement) == "accept");
    const auto queued = world.queued_fields(judgement);
    std::string names;
    for (const auto& field : queued) {
      names += field.name + " ";
      CHECK(field.name != "X-Mailer");
      if (field.name == "Subject") CHECK(field.body == " [...]");
      if (field.name == "From") CHECK(field.body == " <bob@relay.example>");
    }
    CHECK(names ==
          "DKIM-Signature Content-Type MIME-Version From To Subject Date "
          "Message-ID Chat-Version ");
    CHECK(verify(world, queued) == dkim::Status::kPass);
  }
}

TEST_CASE("the message of a current client leaves as it came, but signed") {
  ValidWorld world(Direction::kOutbound);
  const policy::Judgement judgement = world.judge();
  CHECK(judgement.plan.edits.empty());
  CHECK(judgement.plan.insert_top.size() == 1);
}

TEST_CASE("each broken thing of an outgoing message has its reply") {
  const std::vector<Case> cases = {
      {"no login", [](ValidWorld& world) { world.envelope.login.clear(); },
       "530 5.7.0 Authentication required"},
      {"the login of another",
       [](ValidWorld& world) { world.envelope.login = "eve@relay.example"; },
       "553 5.7.1 <bob@relay.example>: Sender address rejected: not owned by "
       "user eve@relay.example"},
      {"a forged author",
       [](ValidWorld& world) {
         world.set_field("From", " <eve@relay.example>");
       },
       "500 5.7.1 Invalid FROM <eve@relay.example> for <bob@relay.example>"},
      {"no author", [](ValidWorld& world) { world.remove_field("From"); },
       "500 5.7.1 Invalid FROM header: missing"},
      {"cleartext",
       [](ValidWorld& world) {
         world.set_field("Content-Type", " text/plain");
       },
       kCleartext},
      {"cleartext to an account that takes it",
       [](ValidWorld& world) {
         world.set_field("Content-Type", " text/plain");
         world.envelope.recipients = {"bob@relay.example"};
         world.accounts.states["bob@relay.example"] =
             AccountState::kTakesCleartext;
       },
       kCleartext},
      {"a stock preamble, which our own clients do not write",
       [](ValidWorld& world) {
         world.body =
             "This is a multi-part message in MIME format." + world.body;
       },
       kCleartext},
      {"a Message-ID with blanks",
       [](ValidWorld& world) {
         world.set_field("Message-ID", " <meet me@noon>");
       },
       "554 5.6.0 Message-ID has no standard form"},
      {"too many fields",
       [](ValidWorld& world) {
         for (std::size_t i = 0; i <= policy::kMaxOutboundFields; ++i) {
           world.add_field("X-More", " x");
         }
       },
       "554 5.6.0 Header section too large"},
      {"too much mail",
       [](ValidWorld& world) {
         world.configuration.rulebook = shipped_rules({}, kSomeLimit);
         world.limits.answer = {
             policy::SpendAnswer::Kind::kTooMuch,
             "450 4.7.1: Too much mail from <bob@relay.example>, wait 7 s",
             "rate"};
       },
       "450 4.7.1: Too much mail from <bob@relay.example>, wait 7 s"},
      {"limits that cannot be asked",
       [](ValidWorld& world) {
         world.configuration.rulebook = shipped_rules({}, kSomeLimit);
         world.limits.answer.kind = policy::SpendAnswer::Kind::kTemporaryError;
       },
       "451 4.3.0 Limits cannot be asked, try again later"},
      {"a disabled sender",
       [](ValidWorld& world) {
         world.accounts.states["bob@relay.example"] = AccountState::kDisabled;
       },
       "discard"},
      {"accounts that cannot be read",
       [](ValidWorld& world) {
         world.accounts.states["bob@relay.example"] =
             AccountState::kTemporaryError;
       },
       "451 4.3.0 Accounts cannot be read, try again later"},
  };
  for (const Case& row : cases) {
    INFO(row.name);
    ValidWorld world(Direction::kOutbound);
    row.break_one_thing(world);
    CHECK(told(world.judge()) == row.wanted);
  }
}

TEST_CASE("a refused message spends nothing, an accepted one spends once") {
  ValidWorld world(Direction::kOutbound);
  world.configuration.rulebook = shipped_rules({}, kSomeLimit);
  world.set_field("Content-Type", " text/plain");
  world.judge();
  CHECK(world.limits.spent.empty());

  ValidWorld good(Direction::kOutbound);
  good.configuration.rulebook = shipped_rules({}, kSomeLimit);
  good.judge();
  REQUIRE(good.limits.spent.size() == 1);
  CHECK(good.limits.spent[0].login == "bob@relay.example");
  CHECK(good.limits.spent[0].recipient_count == 1);
  CHECK(good.limits.spent[0].shape == mime::Shape::kEncrypted);
}

TEST_CASE("internal mail is signed and never refused") {
  ValidWorld world(Direction::kInternal);
  world.envelope.login.clear();
  world.envelope.reverse_path.clear();
  world.envelope.client_address = "127.0.0.1";
  world.set_field("Content-Type", " text/plain");
  world.set_field("From",
                  " MAILER-DAEMON@relay.example (Mail Delivery System)");
  world.body = "I am sorry.\r\n";
  const policy::Judgement judgement = world.judge();
  REQUIRE(told(judgement) == "accept");
  const auto queued = world.queued_fields(judgement);
  CHECK(queued.size() == world.fields.size() + 1);
  CHECK(verify(world, queued) == dkim::Status::kPass);

  world.remove_field("From");
  CHECK(told(world.judge()) == "accept");

  // Through a service without a name: not ours to sign.
  world.envelope.client_address = "192.0.2.7";
  CHECK(told(world.judge()) != "accept");
}

TEST_CASE("internal mail passes whatever cannot be known") {
  ValidWorld world(Direction::kInternal);
  world.envelope.login.clear();
  world.envelope.reverse_path.clear();
  world.envelope.client_address = "127.0.0.1";
  world.envelope.recipients = {"bob@relay.example"};
  world.accounts.states["bob@relay.example"] = AccountState::kTemporaryError;
  world.configuration.rulebook =
      shipped_rules({},
                    "on internal accept when any recipient unknown "
                    "sign when every recipient disabled");
  CHECK(told(world.judge()) == "accept");
}

}  // namespace
}  // namespace policy_test
