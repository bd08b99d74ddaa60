// Tests rules/30-bounces.conf, and policy/own_bounce.h: what a delivery status
// notification may say.

#include <catch2/catch.hpp>

#include "policy/limits.h"
#include "policy/own_bounce.h"
#include "tests/policy/valid_world.h"

namespace policy_test {
namespace {

using policy::Direction;

constexpr char kCleartext[] =
    "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail";

struct Bounce {
  std::string text = "The mailbox is full.\r\n";
  std::string status =
      "Reporting-MTA: dns; alice.example\r\n\r\n"
      "Final-Recipient: rfc822; alice@alice.example\r\nAction: failed\r\n"
      "Status: 5.2.2\r\n";
  std::string diagnostic;
  std::string returned;  // with its part header section
};

// Alice's server sends it for a message of Bob's.
ValidWorld world_of(const Bounce& bounce) {
  ValidWorld world(Direction::kInbound);
  world.envelope.reverse_path.clear();
  world.remove_field("DKIM-Signature");
  world.set_field("From", " MAILER-DAEMON@alice.example");
  world.set_field("Content-Type",
                  " multipart/report; report-type=delivery-status;"
                  " boundary=\"r\"");
  world.body = "--r\r\nContent-Type: text/plain\r\n\r\n" + bounce.text +
               "\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\n" +
               bounce.status + bounce.diagnostic + bounce.returned +
               "\r\n--r--\r\n";
  world.sign();
  return world;
}

TEST_CASE("a short bounce is accepted, a talkative one is not") {
  struct Row {
    const char* name;
    Bounce bounce;
    const char* wanted;
  };
  Bounce with_headers;
  with_headers.returned =
      "\r\n--r\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: " +
      std::string(1024, 'x') + "\r\n";
  const std::string long_text(kMaxBounceText + 1, 'x');
  const std::string long_diagnostic = "Diagnostic-Code: smtp; " +
                                      std::string(kMaxBounceDiagnostic, 'x') +
                                      "\r\n";
  const Row rows[] = {
      {"short", {}, "accept"},
      {"long text", {long_text, Bounce{}.status, "", ""}, kCleartext},
      {"long diagnostic",
       {"No.", Bounce{}.status, long_diagnostic, ""},
       kCleartext},
      {"foreign returned header section", with_headers, kCleartext},
      {"no Reporting-MTA",
       {"No.",
        "Received-From-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\n"
        "Action: failed\r\nStatus: 5.2.2\r\n",
        "", ""},
       kCleartext},
      {"no recipient",
       {"No.", "Reporting-MTA: dns; alice.example\r\n", "", ""},
       kCleartext},
      {"no such action",
       {"No.",
        "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\n"
        "Action: see you\r\nStatus: 5.2.2\r\n",
        "", ""},
       kCleartext},
      {"no such status",
       {"No.",
        "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\n"
        "Action: failed\r\nStatus: see you\r\n",
        "", ""},
       kCleartext},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    ValidWorld world = world_of(row.bounce);
    CHECK(told(world.judge()) == row.wanted);
  }
}

TEST_CASE("a bounce needs a null reverse-path and a signature") {
  ValidWorld world = world_of({});
  world.envelope.reverse_path = "alice@alice.example";
  CHECK(told(world.judge()) == kCleartext);
  ValidWorld unsigned_world = world_of({});
  unsigned_world.remove_field("DKIM-Signature");
  CHECK(told(unsigned_world.judge()) == "554 5.7.1 No DKIM signature found");
}

TEST_CASE("a bounce that returns our signature may say more") {
  Bounce bounce;
  for (int i = 0; i < 100; ++i) bounce.text += "It is as full as can be.\r\n";
  const std::string type = "\r\n--r\r\nContent-Type: text/rfc822-headers\r\n";
  // The key of the relay is made anew for each world: take the one that
  // signed.
  ValidWorld signer(Direction::kOutbound);
  const policy::Judgement judgement = signer.judge();
  std::string header;
  for (const auto& field : signer.queued_fields(judgement)) {
    header += field.name + ":" + field.body + "\r\n";
  }
  bounce.returned = type + "\r\nReceived: by alice.example\r\n" + header;
  ValidWorld world = world_of(bounce);
  world.configuration.signing_keys = {signer.relay_key};
  CHECK(told(world.judge()) == "accept");

  ValidWorld other_key = world_of(bounce);
  CHECK(told(other_key.judge()) == kCleartext);

  Bounce forged = bounce;
  forged.returned = type + "\r\nSubject: see you\r\n" + header;
  ValidWorld forged_world = world_of(forged);
  forged_world.configuration.signing_keys = {signer.relay_key};
  CHECK(told(forged_world.judge()) == kCleartext);

  Bounce huge = bounce;
  huge.text = std::string(kMaxOwnBounceText, 'x');
  ValidWorld huge_world = world_of(huge);
  huge_world.configuration.signing_keys = {signer.relay_key};
  CHECK(told(huge_world.judge()) == kCleartext);
}

}  // namespace
}  // namespace policy_test
