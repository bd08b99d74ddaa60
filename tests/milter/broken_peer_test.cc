#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"

using test::MilterClient;
using test::outbound_message;
using test::RelayInADirectory;

namespace {

// A session in the middle of a message, as far as the header section.
MilterClient begun(const RelayInADirectory& relay) {
  MilterClient client = relay.client();
  client.connect("ORIGINATING", "192.0.2.7");
  CHECK(client.mail("<bob@relay.example>", "bob@relay.example").words() ==
        "continue");
  client.recipient("<alice@alice.example>", "alice@alice.example");
  for (const policy::HeaderField& each : outbound_message().fields) {
    std::string value = each.body;
    std::erase(value, '\r');
    client.header_field(each.name, value);
  }
  return client;
}

// Sessions are let go by libmilter's threads: wait for them, with an end.
void wait_until_nothing_is_left(const RelayInADirectory& relay) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (relay.metric("chatmilter_sessions") != 0 &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  CHECK(relay.metric("chatmilter_sessions") == 0);
  CHECK(relay.metric("chatmilter_messages_under_way") == 0);
}

void still_works(const RelayInADirectory& relay) {
  CHECK(relay.hand_in(outbound_message()).reply == "accept");
}

std::string octets(std::size_t count) {
  std::string text;
  std::uint32_t state = 1;
  while (text.size() < count) {
    state = state * 1664525U + 1013904223U;
    text += static_cast<char>(state >> 24U);
  }
  return text;
}

}  // namespace

TEST_CASE("a broken peer loses its connection and harms nobody") {
  RelayInADirectory relay;
  relay.start();
  struct Row {
    const char* what;
    std::string sent;
  };
  const std::vector<Row> rows = {
      {"a length of 4 GiB", std::string("\xFF\xFF\xFF\xFF", 4) + "B"},
      {"a length of 2 GiB", std::string("\x80\x00\x00\x00", 4) + "B"},
      {"a length beyond the bound", std::string("\x00\x20\x00\x00", 4) + "B"},
      {"no length", std::string(4, '\0')},
      {"garbage", octets(100000)},
      {"text", "GET / HTTP/1.0\r\n\r\n"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    MilterClient fresh(relay.socket());
    fresh.send_raw(row.sent);
    fresh.half_close();
    CHECK(fresh.is_closed_by_filter());

    MilterClient client = begun(relay);
    CHECK(client.end_of_header().words() == "continue");
    client.send_raw(row.sent);
    client.half_close();
    CHECK(client.is_closed_by_filter());
    still_works(relay);
  }
  wait_until_nothing_is_left(relay);
  const long rss = test::memory_use(relay.program().pid()).peak_rss;
  CHECK(rss > 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(rss < 64L * 1024);  // nothing was allocated for what was announced
#endif
}

TEST_CASE("a length of 4 GiB in a body is not waited for") {
  RelayInADirectory relay;
  relay.start();
  MilterClient client = begun(relay);
  CHECK(client.end_of_header().words() == "continue");
  client.send_raw(std::string("\xFF\xFF\xFF\xFF", 4) + "B");
  CHECK(client.is_closed_by_filter());
  wait_until_nothing_is_left(relay);
}

TEST_CASE("a peer may vanish at every octet of a message") {
  RelayInADirectory relay;
  relay.start();
  const std::string conversation =
      test::milter_packet(SMFIC_MACRO,
                          std::string("M") + test::with_nul("{auth_authen}") +
                              test::with_nul("bob@relay.example")) +
      test::milter_packet(SMFIC_MAIL, test::with_nul("<bob@relay.example>")) +
      test::milter_packet(SMFIC_RCPT, test::with_nul("<a@alice.example>")) +
      test::milter_packet(
          SMFIC_HEADER,
          test::with_nul("From") + test::with_nul(" bob@relay.example")) +
      test::milter_packet(SMFIC_EOH, "") +
      test::milter_packet(SMFIC_BODY, "body\r\n") +
      test::milter_packet(SMFIC_BODYEOB, "");
  for (std::size_t cut = 0; cut <= conversation.size(); ++cut) {
    MilterClient client = relay.client();
    client.connect("ORIGINATING", "192.0.2.7");
    client.send_raw(conversation.substr(0, cut));
  }
  wait_until_nothing_is_left(relay);
  still_works(relay);
}

TEST_CASE("steps out of turn get no verdict that they did not earn") {
  RelayInADirectory relay;
  relay.start();
  struct Row {
    const char* what;
    std::function<void(MilterClient&)> does;
  };
  const std::vector<Row> rows = {
      {"end without a message",
       [](MilterClient& c) { c.send(SMFIC_BODYEOB, ""); }},
      {"header section without MAIL",
       [](MilterClient& c) {
         c.header_field("From", " bob@relay.example");
         c.send(SMFIC_EOH, "");
       }},
      {"recipient without MAIL",
       [](MilterClient& c) { c.recipient("<a@alice.example>", ""); }},
      {"body without MAIL", [](MilterClient& c) { c.body("text\r\n"); }},
      {"connecting twice",
       [](MilterClient& c) { c.connect("INBOUND", "192.0.2.7"); }},
      {"an unknown command", [](MilterClient& c) { c.send('?', "x"); }},
      {"strings without an end",
       [](MilterClient& c) { c.send(SMFIC_MAIL, "<a"); }},
      {"no string at all", [](MilterClient& c) { c.send(SMFIC_MAIL, ""); }},
      {"a header field without a value",
       [](MilterClient& c) {
         c.mail("<bob@relay.example>", "bob@relay.example");
         c.send(SMFIC_HEADER, test::with_nul("From"));
       }},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    MilterClient client = relay.client();
    client.connect("ORIGINATING", "192.0.2.7");
    row.does(client);
    client.quit();
    client.half_close();
    CHECK(client.is_closed_by_filter());
    still_works(relay);
  }
  wait_until_nothing_is_left(relay);
  CHECK(relay.metric("chatmilter_messages_total{direction=\"outbound\","
                     "verdict=\"accept\"}") ==
        static_cast<double>(rows.size()));
}

TEST_CASE("what comes after a refusal is not judged again") {
  RelayInADirectory relay;
  relay.start();
  MilterClient client = relay.client();
  client.connect("ORIGINATING", "192.0.2.7");
  client.mail("<bob@relay.example>", "bob@relay.example");
  client.recipient("<alice@alice.example>", "");
  client.header_field("From", " eve@relay.example");
  CHECK(client.end_of_header().words().substr(0, 3) == "500");
  client.body("text\r\n");
  client.send(SMFIC_BODYEOB, "");
  CHECK(hand_in(client, outbound_message()).reply == "accept");
  client.quit();
  CHECK(relay.metric("chatmilter_messages_total{direction=\"outbound\","
                     "verdict=\"accept\"}") == 1);
}

TEST_CASE("an MTA that lacks a feature is refused at the start") {
  RelayInADirectory relay;
  relay.start();
  for (const long flag : {SMFIP_HDR_LEADSPC, SMFIP_NOUNKNOWN}) {
    MilterClient client(relay.socket());
    CHECK_FALSE(client.negotiate(
        test::kAllActions, test::kAllProtocol & ~static_cast<unsigned>(flag)));
  }
  for (const long flag : {SMFIF_CHGFROM, SMFIF_DELRCPT, SMFIF_CHGHDRS}) {
    MilterClient client(relay.socket());
    CHECK_FALSE(client.negotiate(
        test::kAllActions & ~static_cast<unsigned>(flag), test::kAllProtocol));
  }
}

TEST_CASE("an MTA that waits for every reply gets every reply") {
  RelayInADirectory relay;
  relay.start();
  MilterClient client(relay.socket());
  REQUIRE(client.negotiate(test::kAllActions, SMFIP_HDR_LEADSPC | SMFIP_NOHELO |
                                                  SMFIP_NODATA |
                                                  SMFIP_NOUNKNOWN));
  CHECK(client.connect("ORIGINATING", "192.0.2.7").words() == "continue");
  CHECK(hand_in(client, outbound_message()).reply == "accept");
}

TEST_CASE("what is agreed with Postfix is what the callbacks keep to") {
  RelayInADirectory relay;
  relay.start();
  const MilterClient client = relay.client();
  CHECK(client.wanted_macros(SMFIM_CONNECT) == "{daemon_name}");
  CHECK(client.wanted_macros(SMFIM_ENVFROM) == "{auth_authen}");
  CHECK(client.wanted_macros(SMFIM_ENVRCPT) == "{rcpt_addr}");
  CHECK(client.wanted_macros(SMFIM_EOM) == "i");
  const std::uint32_t silent = SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_RCPT |
                               SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_BODY;
  CHECK((client.protocol() & silent) == silent);
  CHECK((client.protocol() & (SMFIP_NR_MAIL | SMFIP_NR_EOH)) == 0);
  CHECK((client.protocol() & SMFIP_SKIP) == 0);
}

TEST_CASE("oversized envelopes and header sections get a reply of their own") {
  RelayInADirectory relay;
  relay.start();
  MilterClient client = relay.client();
  client.connect("INBOUND", "192.0.2.7");

  client.mail("<alice@alice.example>");
  for (int i = 0; i < 20000; ++i) {
    client.recipient("<" + std::to_string(i) + "@relay.example>", "");
  }
  CHECK(client.end_of_header().words() ==
        "554 5.5.3 Too many recipients, send to fewer at a time");

  client.mail("<alice@alice.example>");
  client.recipient("<bob@relay.example>", "");
  for (int i = 0; i < 50000; ++i) {
    client.header_field("X-" + std::to_string(i), " x");
  }
  CHECK(client.end_of_header().words() == "554 5.6.0 Header section too large");

  client.mail("<alice@alice.example>");
  client.recipient("<bob@relay.example>", "");
  client.header_field("X-Long",
                      " " + std::string(std::size_t{1024} * 1024, 'x'));
  CHECK(client.end_of_header().words() == "554 5.6.0 Header section too large");

  client.mail("<alice@alice.example>");
  client.recipient("<bob@relay.example>", "");
  for (int i = 0; i < 5000; ++i) {
    client.header_field("DKIM-Signature", " v=1; a=rsa-sha256; d=a.example");
  }
  CHECK(client.end_of_header().words() == "554 5.6.0 Header section too large");
  client.quit();
  still_works(relay);
}
