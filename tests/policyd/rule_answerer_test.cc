// The shipped rules/20-envelope.conf and rules/60-limits.conf, asked as Postfix
// and the milter ask.

#include "policy/policyd/rule_answerer.h"

#include <catch2/catch.hpp>

#include "tests/policyd/answering_world.h"

namespace {

using policy::AccountState;
using policyd_test::AnsweringWorld;
using policyd_test::Attributes;
using policyd_test::recipient_request;
using policyd_test::spend_request;
using policyd_test::with;
using policyd_test::without;

constexpr char kDunno[] = "action=DUNNO";
constexpr char kTooMuch[] =
    "action=450 4.7.1: Too much mail from <alice@relay.example>, wait 1 s";

Attributes data_request() {
  return with(with(recipient_request(), "protocol_state", "DATA"),
              "policy_context", "data");
}

Attributes from_outside() {
  return with(with(recipient_request(), "sasl_username", ""), "sender",
              "carol@other.example");
}

}  // namespace

TEST_CASE("A valid request passes, and one thing changed is refused") {
  const std::string not_owner =
      "action=553 5.7.1 <mallory@relay.example>: Sender address rejected: not "
      "owned by user alice@relay.example";
  const struct {
    const char* what;
    Attributes request;
    std::string answer;
  } cases[] = {
      {"of a user", recipient_request(), kDunno},
      {"of a user at DATA", data_request(), kDunno},
      {"from outside", from_outside(), kDunno},
      {"a bounce from outside", with(from_outside(), "sender", ""), kDunno},
      {"another's address",
       with(recipient_request(), "sender", "mallory@relay.example"), not_owner},
      {"another's address at DATA",
       with(data_request(), "sender", "mallory@relay.example"), not_owner},
      {"a user with the null reverse-path",
       with(recipient_request(), "sender", ""),
       "action=553 5.7.1 <>: Sender address rejected: not owned by user "
       "alice@relay.example"},
      {"other capitals",
       with(recipient_request(), "sender", "Alice@Relay.example"), kDunno},
      {"no policy_context, RCPT",
       without(recipient_request(), "policy_context"), kDunno},
      {"no policy_context, another's address",
       with(without(recipient_request(), "policy_context"), "sender",
            "mallory@relay.example"),
       not_owner},
      {"another stage",
       with(with(with(recipient_request(), "policy_context", ""),
                 "protocol_state", "MAIL"),
            "sender", "mallory@relay.example"),
       kDunno},
      {"spending", spend_request(), kDunno},
  };
  for (const auto& each : cases) {
    CAPTURE(each.what);
    AnsweringWorld world;
    CHECK(world.ask(each.request) == each.answer);
  }
}

TEST_CASE("The burst passes, and then there is a time to wait") {
  AnsweringWorld world;
  for (int i = 0; i < 10; ++i) {
    REQUIRE(world.ask(recipient_request()) == kDunno);
    REQUIRE(world.ask(data_request()) == kDunno);
    REQUIRE(world.ask(spend_request()) == kDunno);
  }
  CHECK(world.ask(recipient_request()) == kTooMuch);
  CHECK(world.ask(data_request()) == kTooMuch);
  CHECK(world.ask(spend_request()) == std::string(kTooMuch) + "\nreason=rate");
  // Others are not concerned.
  CHECK(world.ask(from_outside()) == kDunno);
  world.accounts["bob@relay.example"] = world.accounts["alice@relay.example"];
  CHECK(world.ask(with(
            with(recipient_request(), "sasl_username", "bob@relay.example"),
            "sender", "bob@relay.example")) == kDunno);
  world.advance(1);
  CHECK(world.ask(spend_request()) == kDunno);
  CHECK(world.ask(spend_request()) != kDunno);
}

TEST_CASE("Looking spends nothing, however often") {
  AnsweringWorld world;
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(world.ask(recipient_request()) == kDunno);
  }
  for (int i = 0; i < 10; ++i) CHECK(world.ask(spend_request()) == kDunno);
}

TEST_CASE("The login counts in any capitals") {
  AnsweringWorld world;
  for (int i = 0; i < 10; ++i) {
    const auto& request =
        i % 2 == 0 ? spend_request()
                   : with(spend_request(), "login", "ALICE@relay.example");
    REQUIRE(world.ask(request) == kDunno);
  }
  CHECK(world.ask(spend_request()) != kDunno);
}

TEST_CASE("Settings are the limits' numbers") {
  AnsweringWorld world;
  world.settings.set("max_user_send_per_minute", "2");
  world.settings.set("max_user_send_burst_size", "3");
  world.load_rules();
  for (int i = 0; i < 3; ++i) CHECK(world.ask(spend_request()) == kDunno);
  CHECK(world.ask(spend_request()) ==
        "action=450 4.7.1: Too much mail from <alice@relay.example>, wait 30 "
        "s\nreason=rate");
}

TEST_CASE("Recipients are counted, and known at DATA") {
  AnsweringWorld world;
  const auto many = with(spend_request(), "recipient_count", "1000");
  for (int i = 0; i < 3; ++i) CHECK(world.ask(many) == kDunno);
  const std::string answer = world.ask(many);
  CHECK(answer ==
        "action=450 4.7.1: Too much mail from <alice@relay.example>, wait 60 "
        "s\nreason=rate-recipients");
  // One recipient costs less than a thousand.
  CHECK(world.ask(with(data_request(), "recipient_count", "1")) ==
        "action=450 4.7.1: Too much mail from <alice@relay.example>, wait 1 s");
  CHECK(world.ask(with(data_request(), "recipient_count", "1000")) ==
        "action=450 4.7.1: Too much mail from <alice@relay.example>, wait 60 "
        "s");
  world.advance(1);
  CHECK(world.ask(with(data_request(), "recipient_count", "1")) == kDunno);
}

TEST_CASE("A new account is slower") {
  AnsweringWorld world;
  world.accounts["alice@relay.example"].created = world.now() - 3600;
  for (int i = 0; i < 10; ++i) REQUIRE(world.ask(spend_request()) == kDunno);
  CHECK(world.ask(spend_request()) ==
        "action=450 4.7.1: Too much mail from <alice@relay.example>, wait 3 "
        "s\nreason=rate-new");
  world.advance(86400);
  for (int i = 0; i < 10; ++i) REQUIRE(world.ask(spend_request()) == kDunno);
  CHECK(world.ask(spend_request()) == std::string(kTooMuch) + "\nreason=rate");
}

TEST_CASE("A network is one bucket, this host is none") {
  AnsweringWorld world;
  world.settings.set("max_network_send_burst_size", "5");
  world.load_rules();
  const auto of = [&](int user, const std::string& address) {
    const std::string login = "user" + std::to_string(user) + "@relay.example";
    world.accounts[login] = world.accounts["alice@relay.example"];
    return with(with(spend_request(), "login", login), "client_address",
                address);
  };
  for (int i = 0; i < 5; ++i) {
    CHECK(world.ask(of(i, "2001:db8:1:2::" + std::to_string(i))) == kDunno);
  }
  CHECK(world.ask(of(6, "2001:db8:1:2:ffff::1")) ==
        "action=450 4.7.1: Too much mail from 2001:db8:1:2::/64, wait 1 s"
        "\nreason=rate-network");
  CHECK(world.ask(of(7, "2001:db8:1:3::1")) == kDunno);
  for (int i = 0; i < 50; ++i) {
    for (const char* host : {"127.0.0.1", "::1", ""}) {
      REQUIRE(world.ask(of(100 + i, host)) == kDunno);
    }
  }
}

TEST_CASE("All together have a bound") {
  AnsweringWorld world;
  world.settings.set("max_relay_send_burst_size", "5");
  world.load_rules();
  for (int i = 0; i < 6; ++i) {
    const std::string login = "user" + std::to_string(i) + "@relay.example";
    const std::string answer = world.ask(with(spend_request(), "login", login));
    CHECK((answer == kDunno) == (i < 5));
  }
  CHECK(world.ask(from_outside()) == kDunno);
}

TEST_CASE("What a person can read has its own buckets") {
  const auto inbound =
      with(with(with(spend_request(), "direction", "inbound"), "login", ""),
           "author_domain", "other.example");
  const struct {
    const char* shape;
    Attributes request;
    const char* who;
    const char* reason;
  } cases[] = {
      {"secure-join", spend_request(), "<alice@relay.example>", "rate-join"},
      {"secure-join", inbound, "other.example", "rate-join"},
      {"bounce", inbound, "other.example", "rate-bounces"},
  };
  for (const auto& each : cases) {
    AnsweringWorld world;
    world.settings.set("max_user_send_burst_size", "1000");
    world.load_rules();
    const auto request = with(each.request, "shape", each.shape);
    for (int i = 0; i < 10; ++i) REQUIRE(world.ask(request) == kDunno);
    CHECK(world.ask(request) == "action=450 4.7.1: Too much mail from " +
                                    std::string(each.who) +
                                    ", wait 360 s\nreason=" + each.reason);
    CHECK(world.ask(with(each.request, "shape", "encrypted")) == kDunno);
    CHECK(world.ask(with(request, "author_domain", "third.example")) ==
          (each.request == inbound
               ? kDunno
               : "action=450 4.7.1: Too much mail from <alice@relay.example>, "
                 "wait 360 s\nreason=rate-join"));
  }
}

TEST_CASE("A disabled account is dropped in silence, a sick disk is 451") {
  AnsweringWorld world;
  world.accounts["alice@relay.example"].state = AccountState::kDisabled;
  CHECK(world.ask(recipient_request()) == "action=DISCARD");
  world.advance(1);  // what was learned holds for a second
  world.accounts["alice@relay.example"].state = AccountState::kTemporaryError;
  CHECK(world.ask(recipient_request()) ==
        "action=451 4.3.0 Accounts cannot be read, try again later");
  CHECK(world.ask(spend_request()) ==
        "action=451 4.3.0 Limits cannot be asked, try again later");
  CHECK(world.ask(from_outside()) == kDunno);
}

TEST_CASE("Nobody learns whether a recipient exists") {
  AnsweringWorld world;
  for (const char* recipient : {"alice@relay.example", "nobody@relay.example",
                                "bob@other.example", "", "no address"}) {
    CHECK(world.ask(with(from_outside(), "recipient", recipient)) == kDunno);
    CHECK(world.ask(with(recipient_request(), "recipient", recipient)) ==
          kDunno);
  }
}

TEST_CASE("A request that makes no sense has an answer and a line in the log") {
  const std::string answer =
      "action=451 4.3.0 The policy request cannot be used";
  const struct {
    Attributes request;
    std::string line;
  } cases[] = {
      {{}, "a request of another kind, or of none"},
      {without(recipient_request(), "request"),
       "a request of another kind, or of none"},
      {with(recipient_request(), "request", "junk_mail"),
       "a request of another kind, or of none"},
      {without(recipient_request(), "sender"), "no attribute sender"},
      {without(recipient_request(), "sasl_username"),
       "no attribute sasl_username"},
      {without(recipient_request(), "client_address"),
       "no attribute client_address"},
      {with(recipient_request(), "size", "-1"), "size is no number"},
      {with(recipient_request(), "recipient_count", "many"),
       "recipient_count is no number"},
      {without(spend_request(), "login"), "no attribute login"},
      {without(spend_request(), "shape"), "no attribute shape"},
      {with(spend_request(), "shape", "round"), "shape is no word of it"},
      {with(spend_request(), "shape", ""), "shape is no word of it"},
      {with(spend_request(), "direction", "up"), "direction is no word of it"},
      {with(spend_request(), "recipient_count", "1e3"),
       "recipient_count is no number"},
      {with(spend_request(), "recipient_count", ""),
       "recipient_count is empty"},
      {with(spend_request(), "size", ""), "size is empty"},
  };
  for (const auto& each : cases) {
    AnsweringWorld world;
    CHECK(world.ask(each.request) == answer);
    CHECK(world.log() == "a request cannot be used: " + each.line + "\n");
    CHECK(world.metric("chatmilter_policy_unusable_requests_total") == 1);
  }
  AnsweringWorld world;
  Attributes twice = recipient_request();
  twice.emplace_back("sender", "alice@relay.example");
  CHECK(world.ask(twice) == answer);
  CHECK(world.log() == "a request cannot be used: two attributes sender\n");
}

TEST_CASE(
    "A refusal is one line, with addresses only where they are asked for") {
  AnsweringWorld world;
  const auto request =
      with(recipient_request(), "sender", "mallory@relay.example");
  world.ask(request);
  CHECK(world.log() == "recipient reject not-owner 553\n");
  CHECK(world.metric("chatmilter_policy_reasons_total{reason=\"not-owner\","
                     "section=\"recipient\"}") == 1);
  AnsweringWorld open;
  open.log_addresses = true;
  open.load_rules();
  open.ask(request);
  CHECK(open.log() ==
        "recipient reject not-owner 553 login <alice@relay.example> from "
        "<mallory@relay.example>\n");
}

TEST_CASE("Rules of an operator decide first, and by what is known") {
  AnsweringWorld world;
  world.load_rules(
      "on recipient\n"
      "reject 554 5.7.1 \"no plain text here\" as tls unless tls.version\n"
      "defer 450 4.7.1 \"not you, {client.helo}\" as helo\n"
      "  when client.helo ~ \"^bad\" or client.port is 25\n"
      "on data\n"
      "reject 554 5.7.1 \"too many\" as many when recipient-count > 5\n"
      "on limits\n"
      "limit 1/day by recipient-count else defer 450 \"a\" as count\n"
      "limit 1/day by client.address, login else reject 550 5.7.1 \"b\" as "
      "both\n");
  CHECK(world.ask(recipient_request()) == kDunno);
  CHECK(world.ask(with(recipient_request(), "encryption_protocol", "")) ==
        "action=554 5.7.1 no plain text here");
  CHECK(world.ask(with(recipient_request(), "helo_name", "bad\1host")) ==
        "action=450 4.7.1 not you, bad?host");
  CHECK(world.ask(with(recipient_request(), "client_port", "25")) ==
        "action=450 4.7.1 not you, client.example");
  CHECK(world.ask(with(data_request(), "recipient_count", "6")) ==
        "action=554 5.7.1 too many");
  CHECK(world.ask(with(spend_request(), "recipient_count", "7")) == kDunno);
  CHECK(world.ask(recipient_request()) == "action=550 5.7.1 b");
  // At RCPT the first is not known; at DATA it is, and waits as long.
  CHECK(world.ask(with(with(data_request(), "client_address", "127.0.0.1"),
                       "recipient_count", "7")) != kDunno);
  CHECK(world.ask(with(with(data_request(), "client_address", "127.0.0.1"),
                       "recipient_count", "3")) == kDunno);
}
