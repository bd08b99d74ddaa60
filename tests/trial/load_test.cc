#include "deploy/trial/load.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "deploy/trial/crew.h"
#include "deploy/trial/post_office.h"
#include "tests/trial/fake_relay.h"

using test::FakeRelay;
using trial::Load;
using trial::LoadReport;
using trial::PostOffice;

namespace {

LoadReport put_on(FakeRelay& relay, const Load& load) {
  const trial::Target target{.host = "127.0.0.1",
                             .name = "a.example",
                             .address_domain = "a.example",
                             .patience = std::chrono::seconds(20)};
  return trial::put_load_on(
      target, load, [](const std::string&, std::size_t, std::size_t) {},
      relay.opener());
}

constexpr Load kSmall = {.connections = 3,
                         .messages = 25,
                         .logins = 12,
                         .messages_of_one = 4,
                         .octets = 200};

}  // namespace

TEST_CASE("all that is sent arrives, in the numbers that were asked for") {
  FakeRelay relay;
  const LoadReport report = put_on(relay, kSmall);
  CHECK(report.error.empty());
  CHECK(report.accounts.size() == 7);
  CHECK(std::set<std::string>(report.accounts.begin(), report.accounts.end())
            .size() == 7);
  CHECK(report.first_logins.count == 7);
  CHECK(report.logins.count == 12);
  CHECK(report.submissions.count == 25);
  CHECK(report.latencies.size() == 25);
  CHECK(report.latencies.front() >= 0);
  CHECK(report.refusals.empty());
}

TEST_CASE("what the relay's limits refuse is counted, and not waited for") {
  FakeRelay relay;
  relay.most_messages = 2;
  Load load = kSmall;
  load.messages = 28;  // four for each of seven
  const LoadReport report = put_on(relay, load);
  CHECK(report.error.empty());
  CHECK(report.submissions.count == 14);
  CHECK(report.latencies.size() == 14);
  CHECK(report.refusals == std::map<std::string, std::size_t>{
                               {"450 4.7.1: Too much mail from", 14}});
}

TEST_CASE("a message that does not come ends the wait, not the report") {
  FakeRelay relay({"delivers nothing"});
  Load load = kSmall;
  load.seconds = std::chrono::seconds(1);
  const trial::Target target{.host = "127.0.0.1",
                             .name = "a.example",
                             .address_domain = "a.example",
                             .patience = std::chrono::seconds(0)};
  const LoadReport report = trial::put_load_on(
      target, load, [](const std::string&, std::size_t, std::size_t) {},
      relay.opener());
  CHECK(report.error.empty());
  CHECK(report.submissions.count == 25);
  CHECK(report.latencies.empty());
}

TEST_CASE("a relay that fails ends it, with what was before") {
  FakeRelay closed({"closed 465"});
  const LoadReport report = put_on(closed, kSmall);
  CHECK(report.logins.count == 12);
  CHECK(report.submissions.count == 0);
  CHECK(report.accounts.size() == 7);
  CHECK_THAT(report.error, Catch::Matchers::Contains("refused"));
  FakeRelay none({"no logins"});
  CHECK_THAT(put_on(none, kSmall).error,
             Catch::Matchers::Contains("AUTHENTICATIONFAILED"));
}

TEST_CASE("so many accounts that none sends more than it may at once") {
  CHECK(trial::accounts_for(
            {.connections = 10, .messages = 200, .messages_of_one = 10}) == 20);
  CHECK(trial::accounts_for(
            {.connections = 10, .messages = 201, .messages_of_one = 10}) == 21);
  CHECK(trial::accounts_for(
            {.connections = 30, .messages = 20, .messages_of_one = 10}) == 30);
  CHECK(trial::accounts_for(
            {.connections = 1, .messages = 5, .messages_of_one = 0}) == 5);
}

TEST_CASE("a percentile is a value that was there") {
  CHECK(trial::percentile({}, 0.5) == 0);
  CHECK(trial::percentile({7}, 0) == 7);
  CHECK(trial::percentile({7}, 1) == 7);
  std::vector<double> hundred;
  for (int i = 1; i <= 100; ++i) hundred.push_back(i);
  CHECK(trial::percentile(hundred, 0.5) == 50);
  CHECK(trial::percentile(hundred, 0.99) == 99);
  CHECK(trial::percentile(hundred, 1) == 100);
  CHECK(trial::percentile({1, 2, 3}, 0.5) == 2);
}

TEST_CASE("replies of one kind are counted together") {
  CHECK(trial::reply_kind("450 4.7.1: Too much mail from <a@b>, wait 7 s") ==
        "450 4.7.1: Too much mail from");
  CHECK(trial::reply_kind("550 5.1.1 <a@b>: Recipient unknown") ==
        "550 5.1.1 : Recipient unknown");
  CHECK(trial::reply_kind(std::string(500, 'x')).size() == 120);
  CHECK(trial::reply_kind("").empty());
}

TEST_CASE("a post office knows what is still to come") {
  const auto now = PostOffice::Clock::now();
  PostOffice office(2);
  CHECK_FALSE(office.is_done(0));
  office.send("load-a", 0);
  office.send("load-b", 0);
  office.send("load-c", 1);
  office.close();
  CHECK_FALSE(office.is_done(0));
  office.arrive("Message-ID: <load-a@x>\r\n\r\nMessage-ID: <load-z@x>", now);
  CHECK_FALSE(office.is_done(0));
  // Twice is once.
  office.arrive("Message-ID: <load-a@x>", now);
  CHECK_FALSE(office.is_done(0));
  office.refuse("load-b", "450");
  CHECK(office.is_done(0));
  CHECK_FALSE(office.is_done(1));
  office.arrive("load-c", now);
  CHECK(office.is_done(1));
  CHECK(office.latencies().size() == 2);
  CHECK(office.refusals() == std::map<std::string, std::size_t>{{"450", 1}});
}

TEST_CASE("a crew does each piece once, and stops when one fails") {
  using Clock = trial::Crew::Clock;
  trial::Crew crew(1000, Clock::now() + std::chrono::minutes(5));
  std::mutex mutex;
  std::set<std::size_t> pieces;
  crew.run(
      4,
      [&](std::size_t) {
        for (std::size_t piece = 0; crew.take(piece);) {
          crew.finish();
          const std::lock_guard lock(mutex);
          pieces.insert(piece);
        }
      },
      [] {});
  CHECK(crew.done() == 1000);
  CHECK(pieces.size() == 1000);
  trial::Crew failing(1000, Clock::now() + std::chrono::minutes(5));
  failing.run(
      1,
      [&](std::size_t) {
        for (std::size_t piece = 0; failing.take(piece);) {
          failing.finish();
          failing.fail("first");
          failing.fail("second");
        }
      },
      [] {});
  CHECK(failing.done() == 1);
  CHECK(failing.error() == "first");
  trial::Crew late(1000, Clock::now() - std::chrono::seconds(1));
  std::size_t piece = 0;
  CHECK_FALSE(late.take(piece));
}
