// What becomes of a message whose key cannot be had: trouble with the DNS is
// 451 and names selector and domain, what the DNS denies is 554.

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"

using dkim::testing::DnsRecord;
using test::alice_record;
using test::inbound_message;
using test::kAliceKeyName;
using test::RelayInADirectory;
using test::Submission;
using Kind = dkim::testing::DnsRecord::Kind;

namespace {

const std::string kKey = "Key s1._domainkey.alice.example: ";
const std::string kRefused =
    "554 5.7.1 No valid DKIM signature found: s1._domainkey.alice.example: ";

void sleep_milliseconds(int count) {
  std::this_thread::sleep_for(std::chrono::milliseconds(count));
}

}  // namespace

TEST_CASE("each kind of trouble with the DNS has its reply") {
  struct Row {
    const char* what;
    DnsRecord record;
    std::string reply;
  };
  const Row rows[] = {
      {"an answer that does not come",
       {Kind::kSilent},
       "451 4.7.5 " + kKey + "key lookup timed out"},
      {"SERVFAIL",
       {Kind::kServfail},
       "451 4.7.5 " + kKey + "key lookup failed in the DNS"},
      {"NXDOMAIN", {Kind::kNxdomain}, kRefused + "no key record in the DNS"},
      {"NODATA", {Kind::kNodata}, kRefused + "no key record in the DNS"},
      {"another kind of record",
       {Kind::kTxt, {"v=spf1 -all"}},
       kRefused + "the key record is malformed"},
      {"a key that was taken back",
       {Kind::kTxt, {"v=DKIM1; p="}},
       kRefused + "the key is revoked"},
      {"a CNAME to nothing",
       {Kind::kCname, {}, "nowhere.example"},
       kRefused + "no key record in the DNS"},
  };
  RelayInADirectory relay;
  relay.write_ini("", "1");
  const Submission message = inbound_message(relay.names());
  for (const Row& row : rows) {
    INFO(row.what);
    relay.names().set(kAliceKeyName, row.record);
    relay.start();  // anew: it remembers nothing
    const test::Outcome outcome = relay.hand_in(message);
    CHECK(outcome.reply == row.reply);
    CHECK(outcome.step == "end");
  }
}

TEST_CASE("an answer that DNSSEC refuses is 451") {
  RelayInADirectory relay;
  // A trust anchor over a zone that is not signed.
  std::ofstream(relay.path("root.key"))
      << "alice.example. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880"
         "409BBC683457104237C7F8EC8D\n";
  relay.write_ini("dns_root_key = " + relay.path("root.key") + "\n");
  relay.start();
  const Submission message = inbound_message(relay.names());
  relay.names().set("alice.example", {Kind::kNodata});
  CHECK(relay.hand_in(message).reply ==
        "451 4.7.5 " + kKey + "key lookup failed DNSSEC validation");
}

TEST_CASE(
    "that a key is absent is asked again once before it costs a message") {
  RelayInADirectory relay;
  relay.start();
  const Submission message = inbound_message(relay.names());
  relay.names().set(kAliceKeyName, {Kind::kNxdomain, {}, {}, 1});
  CHECK(relay.hand_in(message).reply == kRefused + "no key record in the DNS");
  CHECK(relay.names().asked(kAliceKeyName) == 2);
  // The SOA record said one second: behind it the DNS is asked again, although
  // a refusal that old would still be known.
  relay.names().set(kAliceKeyName, alice_record());
  sleep_milliseconds(1200);
  CHECK(relay.hand_in(message).reply == "accept");
  CHECK(relay.names().asked(kAliceKeyName) == 3);
}

TEST_CASE(
    "a key that was looked up serves while the DNS is down, for a while") {
  struct Row {
    const char* seconds;
    int slept;  // milliseconds, with a TTL of one second
    std::string reply;
  };
  const std::string refused =
      "451 4.7.5 " + kKey + "key lookup failed in the DNS";
  RelayInADirectory relay;
  // libunbound counts in whole seconds.
  for (const Row& row : {Row{"3600", 2300, "accept"}, Row{"0", 2300, refused},
                         Row{"1", 3600, refused}}) {
    INFO("dns_stale_keys = " << row.seconds);
    relay.write_ini(std::string("dns_stale_keys = ") + row.seconds + "\n");
    relay.start();
    const Submission message = inbound_message(relay.names());
    relay.names().set(kAliceKeyName, alice_record(1));
    CHECK(relay.hand_in(message).reply == "accept");
    relay.names().set(kAliceKeyName, {Kind::kServfail});
    sleep_milliseconds(row.slept);
    CHECK(relay.hand_in(message).reply == row.reply);
  }
}
