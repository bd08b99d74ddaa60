// The lookup of a key begins with its DKIM-Signature field, and for incoming
// mail alone.

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"

using test::field;
using test::inbound_message;
using test::kAliceKeyName;
using test::Outcome;
using test::RelayInADirectory;
using test::Submission;

namespace {

// MAIL and RCPT, and the fields up to and with that of a name.
void send_fields_until(test::MilterClient& client, const Submission& message,
                       const std::string& last) {
  client.mail(message.reverse_path, message.login);
  for (const std::string& recipient : message.recipients) {
    client.recipient(recipient, recipient.substr(1, recipient.size() - 2));
  }
  for (const policy::HeaderField& each : message.fields) {
    std::string value = each.body;
    std::erase(value, '\r');
    client.header_field(each.name, value);
    if (each.name == last) return;
  }
  FAIL("no field " << last);
}

// From the first field to the verdict, in milliseconds: the median of several.
double median_wait(RelayInADirectory& relay, const Submission& message,
                   std::chrono::milliseconds pause) {
  std::vector<double> waits;
  test::MilterClient client = relay.client();
  client.connect("INBOUND", "192.0.2.7");
  for (int i = 0; i < 21; ++i) {
    client.mail(message.reverse_path, message.login);
    client.recipient("<bob@relay.example>", "bob@relay.example");
    const auto start = std::chrono::steady_clock::now();
    for (const policy::HeaderField& each : message.fields) {
      std::string value = each.body;
      std::erase(value, '\r');
      client.header_field(each.name, value);
      std::this_thread::sleep_for(pause);
    }
    client.end_of_header();
    client.body(message.body);
    REQUIRE(client.end().words() == "accept");
    waits.push_back(std::chrono::duration<double, std::milli>(
                        std::chrono::steady_clock::now() - start)
                        .count());
  }
  client.quit();
  std::sort(waits.begin(), waits.end());
  return waits[waits.size() / 2];
}

}  // namespace

TEST_CASE("the key is asked for while the header section still comes") {
  RelayInADirectory relay;
  relay.start();
  const Submission message = inbound_message(relay.names());
  test::MilterClient client = relay.client();
  client.connect("INBOUND", "192.0.2.7");
  send_fields_until(client, message, "DKIM-Signature");
  // Nothing more is sent until the name server has been asked.
  REQUIRE(relay.names().is_asked(kAliceKeyName));
  client.abort();
  CHECK(hand_in(client, message).reply == "accept");
  // The first message's lookup has served the second one.
  CHECK(relay.names().asked(kAliceKeyName) == 1);
  client.quit();
}

TEST_CASE("without a reverse-path the key is asked for when From has come") {
  RelayInADirectory relay;
  relay.start();
  const Submission message = [&relay] {
    Submission made = inbound_message(relay.names());
    made.reverse_path = "<>";
    return made;
  }();
  test::MilterClient client = relay.client();
  client.connect("INBOUND", "192.0.2.7");
  send_fields_until(client, message, "From");
  REQUIRE(relay.names().is_asked(kAliceKeyName));
  client.abort();
  client.quit();
}

TEST_CASE(
    "a message that is refused while its key is looked up harms nothing") {
  RelayInADirectory relay;
  relay.start();
  const Submission good = inbound_message(relay.names());
  relay.names().set(kAliceKeyName, {dkim::testing::DnsRecord::Kind::kSilent});
  Submission cleartext = good;
  field(cleartext, "Content-Type").body = " text/plain";
  for (int i = 0; i < 20; ++i) {
    const Outcome refused = relay.hand_in(cleartext);
    CHECK(refused.reply.substr(0, 3) == "523");
    CHECK(refused.step == "header");
  }
  CHECK(relay.names().is_asked(kAliceKeyName));
  relay.program().send_signal(15);
  CHECK(relay.program().wait_for_end() == 0);
}

TEST_CASE("mail of our own users asks for nobody's key") {
  RelayInADirectory relay;
  relay.start();
  const std::string foreign = inbound_message(relay.names()).fields[0].body;
  for (const char* service : {"ORIGINATING", "LOCAL"}) {
    Submission message = test::outbound_message();
    message.daemon_name = service;
    // One by a domain of its reverse-path, and one by another.
    std::string own = foreign;
    const std::size_t at = own.find("d=alice.example");
    REQUIRE(at != std::string::npos);
    own.replace(at, 15, "d=relay.example");
    message.fields.insert(message.fields.begin(), {"DKIM-Signature", own});
    message.fields.insert(message.fields.begin(), {"DKIM-Signature", foreign});
    CHECK(relay.hand_in(message).reply == "accept");
  }
  CHECK(relay.names().asked(kAliceKeyName) == 0);
  CHECK(relay.names().asked("s1._domainkey.relay.example") == 0);
}

// On a quiet host only: build/release/bin/milter_test "[measure]" prints what
// it is good for.
TEST_CASE("how much sooner a verdict falls with an early lookup",
          "[.][measure]") {
  using std::chrono::milliseconds;
  RelayInADirectory relay;
  relay.start();
  Submission early = inbound_message(relay.names());
  dkim::testing::DnsRecord slow = test::alice_record(0);  // never kept
  slow.delay = milliseconds(50);
  relay.names().set(kAliceKeyName, slow);
  for (int i = 0; i < 20; ++i) early.fields.push_back({"X-More", " x"});
  // Who the author is comes out with the last field.
  Submission late = early;
  late.reverse_path = "<>";
  const auto from = std::find_if(
      late.fields.begin(), late.fields.end(),
      [](const policy::HeaderField& each) { return each.name == "From"; });
  std::rotate(from, from + 1, late.fields.end());
  for (const int pause : {0, 1, 3}) {
    const double early_wait = median_wait(relay, early, milliseconds(pause));
    const double late_wait = median_wait(relay, late, milliseconds(pause));
    std::printf(
        "%s, DNS 50 ms, %zu fields %d ms apart: %.1f ms early, %.1f ms late\n",
        relay.engine().c_str(), early.fields.size(), pause, early_wait,
        late_wait);
    // The other fields come meanwhile.
    if (pause > 0) CHECK(early_wait < late_wait);
  }
}
