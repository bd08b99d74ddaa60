// The operator's own rules in a running milter: reloaded, refused, explained.

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"

namespace {

using test::inbound_message;
using test::outbound_message;
using test::RelayInADirectory;
using test::Submission;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void write_rules(const RelayInADirectory& relay, const std::string& text) {
  std::filesystem::create_directories(relay.path("rules.d"));
  std::ofstream(relay.path("rules.d/10-own.conf")) << text;
}

constexpr char kBlocked[] =
    "list blocked from \"blocked\"\n"
    "on inbound reject 554 5.7.1 \"Not wanted here: {author.domain}\"\n"
    "  as blocked when author.domain in blocked\n";

TEST_CASE("own rules are asked first, and a reload brings others") {
  RelayInADirectory relay;
  write_rules(relay, kBlocked);
  std::ofstream(relay.path("rules.d/blocked")) << "# nobody\n";
  relay.start();
  const Submission message = inbound_message(relay.names());
  CHECK(relay.hand_in(message).reply == "accept");

  std::ofstream(relay.path("rules.d/blocked")) << "Alice.example\n";
  relay.program().send_signal(SIGHUP);
  REQUIRE(relay.program().wait_for_status("READY=1"));
  const auto refused = relay.hand_in(message);
  CHECK(refused.reply == "554 5.7.1 Not wanted here: alice.example");
  CHECK(refused.step == "header");
  CHECK(relay.metric("chatmilter_reasons_total{direction=\"inbound\","
                     "reason=\"blocked\"}") == 1);
}

TEST_CASE("rules with an error are refused loudly, and the others stay") {
  RelayInADirectory relay;
  write_rules(relay, kBlocked);
  std::ofstream(relay.path("rules.d/blocked")) << "alice.example\n";
  relay.start();
  const Submission message = inbound_message(relay.names());
  for (const char* broken :
       {"on inbound accept when autor", "on inbound accept when",
        "list other from \"not-there\"", "on inbound sign"}) {
    write_rules(relay, std::string("\n") + broken);
    relay.program().send_signal(SIGHUP);
    REQUIRE(relay.program().wait_for_status("the last reload failed"));
    CHECK(contains(relay.program().log(), "10-own.conf:2:"));
    CHECK(relay.hand_in(message).reply.substr(0, 19) == "554 5.7.1 Not wante");
  }
  CHECK(contains(relay.program().log(), "did you mean 'author'?"));
}

TEST_CASE("a rule on the envelope is answered at MAIL") {
  RelayInADirectory relay;
  write_rules(relay,
              "on inbound reject 554 5.7.1 \"No\" as network\n"
              "  when client.address in {\"192.0.2.0/24\"}\n"
              "    and client.helo is \"\" and client.port < 65536");
  relay.start();
  const auto outcome = relay.hand_in(inbound_message(relay.names()));
  CHECK(outcome.reply == "554 5.7.1 No");
  CHECK(outcome.step == "MAIL");
}

TEST_CASE("the running milter says which rules were tried for a message") {
  RelayInADirectory relay;
  relay.start();
  Submission cleartext = inbound_message(relay.names());
  test::field(cleartext, "Content-Type").body = " text/plain";
  CHECK(relay.hand_in(cleartext).reply.substr(0, 3) == "523");
  CHECK(relay.hand_in(outbound_message()).reply == "accept");

  const std::string refused = relay.page("/trace?sender=alice%40alice.example");
  INFO(refused);
  CHECK(contains(refused, "200 OK"));
  CHECK(contains(refused, ": inbound reject cleartext ("));
  CHECK(contains(refused, "yes      40-inbound.conf:"));
  CHECK(contains(refused, "shape = cleartext"));
  CHECK_FALSE(contains(refused, "outbound"));
  const std::string accepted = relay.page("/trace?queue-id=queueid");
  CHECK(contains(accepted, "outbound accept accepted"));
  CHECK(contains(relay.page("/trace?queue-id=none"), "Nothing is known"));
  CHECK(contains(relay.page("/trace?other=1"), "404 Not Found"));
  CHECK(contains(relay.page("/metrics"), "chatmilter_messages_total"));
}

TEST_CASE("a folder or a fifo among the rules ends no reload, and no milter") {
  RelayInADirectory relay;
  relay.start();
  std::filesystem::create_directories(relay.path("rules.d/10-folder.conf"));
  relay.program().send_signal(SIGHUP);
  REQUIRE(relay.program().wait_for_status("the last reload failed"));
  CHECK(contains(relay.program().log(), "10-folder.conf: it is no regular"));
  CHECK(relay.hand_in(outbound_message()).reply == "accept");
}

TEST_CASE("a refusal at MAIL has its trace") {
  RelayInADirectory relay;
  relay.start();
  Submission other = outbound_message();
  other.reverse_path = "<eve@relay.example>";
  CHECK(relay.hand_in(other).step == "MAIL");
  const std::string page = relay.page("/trace?sender=eve%40relay.example");
  CHECK(contains(page, "outbound reject not-owner"));
  CHECK(contains(page, "yes      50-outbound.conf:"));
}

}  // namespace
