#include "policy/spend_request.h"

#include <catch2/catch.hpp>

namespace {

policy::Spend valid_spend() {
  policy::Spend spend;
  spend.direction = policy::Direction::kOutbound;
  spend.login = "alice@relay.example";
  spend.reverse_path = "alice@relay.example";
  spend.client_address = "192.0.2.7";
  spend.shape = mime::Shape::kSecureJoin;
  spend.recipient_count = 3;
  spend.author_domain = "relay.example";
  spend.size = 4711;
  return spend;
}

}  // namespace

TEST_CASE("A message is counted in these words") {
  CHECK(policy::spend_request(valid_spend()) ==
        "request=chatmail_spend\n"
        "direction=outbound\n"
        "login=alice@relay.example\n"
        "reverse_path=alice@relay.example\n"
        "client_address=192.0.2.7\n"
        "shape=secure-join\n"
        "recipient_count=3\n"
        "author_domain=relay.example\n"
        "size=4711\n"
        "\n");
}

TEST_CASE("What would be another's, or another request, is not sent") {
  const std::string longest(policy::kMaxSpendValue, 'a');
  const std::string bad[] = {"a\nlogin=b", std::string("a\0b", 3),
                             longest + "a"};
  std::string policy::Spend::*const texts[] = {
      &policy::Spend::login, &policy::Spend::reverse_path,
      &policy::Spend::client_address, &policy::Spend::author_domain};
  for (const auto text : texts) {
    for (const std::string& value : bad) {
      policy::Spend spend = valid_spend();
      spend.*text = value;
      CHECK_FALSE(policy::spend_request(spend));
    }
    policy::Spend spend = valid_spend();
    spend.*text = longest;
    CHECK(policy::spend_request(spend));
  }
}

TEST_CASE("What is answered is read as it was meant") {
  using Kind = policy::SpendAnswer::Kind;
  policy::SpendAnswer answers[3];
  answers[1].kind = Kind::kTooMuch;
  answers[1].reply = "450 4.7.1: Too much mail from <a=b>, wait 7 s";
  answers[1].reason = "rate";
  answers[2].kind = Kind::kTemporaryError;
  for (const policy::SpendAnswer& answer : answers) {
    std::string text = policy::spend_answer(answer);
    REQUIRE(text.ends_with("\n\n"));
    text.resize(text.size() - 2);
    const auto parsed = policy::parse_spend_answer(text);
    REQUIRE(parsed);
    CHECK(parsed->kind == answer.kind);
    CHECK(parsed->reply == answer.reply);
    CHECK(parsed->reason == answer.reason);
  }
}

TEST_CASE("An answer that is none is none") {
  for (const char* text :
       {"", "action", "action=", "reason=rate", "action=OK", "action=DUNNO x",
        "action=250 2.0.0 OK\nreason=rate", "action=450\nreason=rate",
        "action=450 4.7.1: Too much", "action=45x 4.7.1: Too\nreason=rate",
        "action=450 a\tb\nreason=rate", "DUNNO"}) {
    CAPTURE(text);
    CHECK_FALSE(policy::parse_spend_answer(text));
  }
}
