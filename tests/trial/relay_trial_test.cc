#include "deploy/trial/relay_trial.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "tests/trial/fake_relay.h"

using Kind = trial::Finding::Kind;
using test::FakeRelay;

namespace {

struct Tried {
  trial::Outcome outcome;
  std::map<std::string, trial::Finding> steps;
};

trial::Target target() {
  return {.host = "127.0.0.1",
          .name = "a.example",
          .address_domain = "a.example",
          .more_domains = {"b.example"},
          .patience = std::chrono::seconds(0)};
}

Tried try_out(FakeRelay& relay) {
  Tried tried;
  const trial::Target tested = target();
  tried.outcome = trial::try_relay(
      tested,
      [&](const trial::Finding& finding) {
        tried.steps[finding.step] = finding;
      },
      relay.opener());
  return tried;
}

std::vector<std::string> names(const Tried& tried, Kind kind) {
  std::vector<std::string> found;
  for (const auto& [name, finding] : tried.steps) {
    if (finding.kind == kind) found.push_back(name);
  }
  return found;
}

}  // namespace

TEST_CASE("a relay that does all of it is good") {
  FakeRelay relay;
  const Tried tried = try_out(relay);
  CHECK(tried.outcome.is_good);
  CHECK(tried.outcome.accounts.size() == 2);
  CHECK(tried.steps.size() == 15);
  for (const auto& [name, finding] : tried.steps) {
    INFO(name << ": " << finding.said);
    CHECK(finding.kind == Kind::kGood);
    CHECK(finding.advice.empty());
  }
}

TEST_CASE("what a relay does wrong is told by the step that it is about") {
  struct Row {
    std::string fault;
    std::vector<std::string> steps;  // by name
    std::string said;                // by the first
  };
  const std::string by465 = "an encrypted message by 465 arrives";
  const std::string by587 = "an encrypted message by 587 arrives";
  const std::vector<Row> rows = {
      {"no push", {"METADATA answers"}, "no XDELTAPUSH"},
      {"no metadata", {"METADATA answers"}, "maxsmtprecipients"},
      {"delivers nothing", {by465, by587}, "it did not arrive within 0 s"},
      {"keeps the Subject", {by465, by587}, "Subject was not taken away"},
      {"keeps Received", {by465, by587}, "to be taken away: Received:"},
      {"changes the text", {by465, by587}, "not what was sent"},
      {"takes cleartext",
       {"cleartext is refused with 523"},
       "it was ACCEPTED: 250"},
      {"takes any From", {"another's From is refused"}, "it was ACCEPTED"},
      {"takes any sender",
       {"another's MAIL FROM is refused"},
       "500 5.7.1 Invalid FROM"},
      {"closed 443imap", {"port 443 is for IMAP (ALPN imap)"}, "refused"},
      {"closed 443smtp", {"port 443 is for SMTP (ALPN smtp)"}, "refused"},
      {"closed 25", {"port 25 is for other relays, with TLS"}, "refused"},
      {"expired 25",
       {"port 25 is for other relays, with TLS"},
       "the certificate: certificate has expired"},
      {"no page", {"the web page is there"}, "GET / answers 404"},
      {"no autoconfig",
       {"autoconfig tells mail programs the ports"},
       "answers 404"},
      {"no addresses",
       {"POST /new gives an address",
        "POST /new gives an address of b.example"},
       "it answers 404 and no address"},
      {"one domain for all",
       {"POST /new gives an address of b.example"},
       "x@a.example, which is of another domain"},
  };
  for (const Row& row : rows) {
    INFO(row.fault);
    FakeRelay relay({row.fault});
    const Tried tried = try_out(relay);
    CHECK_FALSE(tried.outcome.is_good);
    CHECK(names(tried, Kind::kNotTried).empty());
    REQUIRE(names(tried, Kind::kBad) == row.steps);
    const trial::Finding& finding = tried.steps.at(row.steps.front());
    CHECK_THAT(finding.said, Catch::Matchers::Contains(row.said));
    CHECK_FALSE(finding.advice.empty());
  }
}

TEST_CASE("without accounts the rest is not tried, but for what needs none") {
  FakeRelay relay({"no logins"});
  const Tried tried = try_out(relay);
  CHECK(tried.outcome.accounts.empty());
  CHECK(
      names(tried, Kind::kBad) ==
      std::vector<std::string>{"IMAP login on 143 with STARTTLS makes another",
                               "IMAP login on 993 makes an account"});
  CHECK(names(tried, Kind::kNotTried).size() == 8);
  CHECK(names(tried, Kind::kGood).size() == 5);
}

TEST_CASE("an account that was made is told, whatever comes after it") {
  FakeRelay relay({"closed 143"});
  const Tried tried = try_out(relay);
  CHECK(tried.outcome.accounts.size() == 1);
  CHECK_FALSE(tried.outcome.is_good);
}

TEST_CASE("what does not apply is no fault") {
  const trial::Target tested = target();
  const trial::Opener none;
  std::vector<trial::Finding> told;
  const trial::Trial::Tell tell = [&](const trial::Finding& finding) {
    told.push_back(finding);
  };
  trial::Trial trial(tested, none, tell);
  trial.step("a", "advice", true, [] { return trial::not_applicable("why"); });
  CHECK(trial.outcome.is_good);
  trial.step("b", "advice", false, [] { return trial::good(""); });
  CHECK_FALSE(trial.outcome.is_good);
  REQUIRE(told.size() == 2);
  CHECK(told[0].advice.empty());
  CHECK(told[0].said == "why");
  CHECK(told[1].advice == "advice");
}
