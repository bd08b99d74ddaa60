#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "deploy/ctl/queue_listing.h"
#include "tests/ctl/command_world.h"

using Catch::Matchers::Contains;
using test::CommandWorld;

namespace {

std::string message(const std::string& queue, std::int64_t arrival,
                    const std::string& recipients) {
  return R"({"queue_name":")" + queue + R"(","queue_id":"4X","arrival_time":)" +
         std::to_string(arrival) +
         R"(,"message_size":2000,"forced_expire":false,"sender":"a@a.example",)"
         R"("recipients":[)" +
         recipients + "]}\n";
}

std::string recipient(const std::string& address, const std::string& reason) {
  return R"({"address":")" + address + R"(","delay_reason":")" + reason +
         R"("})";
}

const std::string kDead =
    "connect to dead.example[192.0.2.7]:25: Connection timed out";

}  // namespace

TEST_CASE("the cause of a delay is told without addresses and hosts") {
  struct Row {
    std::string reason;
    std::string cause;
  };
  const std::vector<Row> rows = {
      {"", ""},
      {kDead, "connect to its host: Connection timed out"},
      {"connect to dead.example[2001:db8::7]:25: Network is unreachable",
       "connect to its host: Network is unreachable"},
      {"host mx.b.example[192.0.2.8] said: 450 4.7.1 <bob@b.example>: Too much "
       "mail (in reply to RCPT TO command)",
       "450 4.7.1 Too much mail"},
      {"lost connection with mx.b.example[192.0.2.8] while receiving the "
       "initial server greeting",
       "lost connection with its host while receiving the initial server "
       "greeting"},
      {"Host or domain name not found. Name service error for name=c.example "
       "type=MX: Host not found, try again",
       "Host or domain name not found. Name service error for name=c.example "
       "type=MX: Host not found, try again"},
  };
  for (const Row& row : rows) {
    INFO(row.reason);
    CHECK(ctl::cause_of(row.reason) == row.cause);
  }
}

TEST_CASE("the queue is counted by destination and reason") {
  const auto listing = ctl::list_queue(
      message("deferred", 1000,
              recipient("a@dead.example", kDead) + "," +
                  recipient("b@Dead.Example", kDead) + "," +
                  recipient("c@b.example", "450 later")) +
      message("deferred", 900, recipient("d@dead.example", kDead)) +
      message("active", 1100, R"({"address":"e@b.example"})"));
  CHECK(listing.error.empty());
  CHECK(listing.messages == 3);
  CHECK(listing.deferred == 2);
  CHECK(listing.recipients == 5);
  CHECK(listing.octets == 6000);
  CHECK(listing.oldest == 900);
  REQUIRE(listing.lines.size() == 3);
  CHECK(listing.lines[0].destination == "dead.example");
  CHECK(listing.lines[0].recipients == 3);
  CHECK(listing.lines[0].messages == 2);
  CHECK(listing.lines[0].octets == 4000);
  CHECK(listing.lines[0].oldest == 900);
  CHECK(listing.lines[1].queue == "active");
  CHECK(listing.lines[1].reason.empty());
  CHECK(listing.lines[2].reason == "450 later");
}

TEST_CASE("ages are told in one unit") {
  CHECK(ctl::age_text(-3) == "0 s");
  CHECK(ctl::age_text(59) == "59 s");
  CHECK(ctl::age_text(60) == "1 min");
  CHECK(ctl::age_text(7200) == "2 h");
  CHECK(ctl::age_text(200'000) == "2 d");
}

TEST_CASE("chatmail queue asks postqueue") {
  CommandWorld world;
  world.write("queue.json", message("deferred", world.surroundings.now - 7200,
                                    recipient("a@dead.example", kDead)));
  const std::string json = world.directory.path("queue.json");
  world.program("postqueue", "[ \"$*\" = -j ] && /bin/cat " + json);
  CHECK(world.run({"queue"}) == ctl::kExitDone);
  CHECK(world.out.str() ==
        " rcpts  oldest  destination   queue     reason\n"
        "     1     2 h  dead.example  deferred  connect to its host: "
        "Connection timed out\n"
        "1 messages, 1 of them deferred, for 1 recipients; 2 KiB; the oldest "
        "since 2 h\n");
  CHECK(world.run({"queue", "--json"}) == ctl::kExitDone);
  const auto line = nlohmann::json::parse(world.out.str());
  CHECK(line["destination"] == "dead.example");
  CHECK(line["recipients"] == 1);
}

TEST_CASE("an empty queue, one that cannot be asked, and nonsense") {
  CommandWorld world;
  world.program("postqueue", "");
  CHECK(world.run({"queue"}) == ctl::kExitDone);
  CHECK(world.out.str() == "The queue is empty.\n");
  // As Postfix 3.7 says it.
  world.program("postqueue",
                "echo 'postqueue: warning: Mail system is down -- accessing "
                "queue directly' >&2; echo 'postqueue: fatal: malformed showq "
                "server response' >&2; exit 69");
  CHECK(world.run({"queue"}) == ctl::kExitUnusable);
  CHECK(world.err.str() ==
        "chatmail queue: Postfix does not run; start it: systemctl start "
        "postfix\n");
  world.program("postqueue", "echo 'fatal: no main.cf' >&2; exit 75");
  CHECK(world.run({"queue"}) == ctl::kExitUnusable);
  CHECK(world.err.str() == "chatmail queue: fatal: no main.cf\n");
  world.program("postqueue", "echo '[1]'");
  CHECK(world.run({"queue"}) == ctl::kExitUnusable);
  CHECK_THAT(world.err.str(), Contains("not the JSON of a queue"));
}
