// The lookup of a key begins with its DKIM-Signature field, and for incoming
// mail alone.

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

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
