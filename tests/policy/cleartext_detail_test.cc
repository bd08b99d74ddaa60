// Tests rules/*.conf: the word behind "cleartext" in a log.

#include <catch2/catch.hpp>
#include <functional>

#include "policy/limits.h"
#include "tests/policy/valid_world.h"

namespace policy_test {
namespace {

using policy::Direction;

void make_request(ValidWorld& world) {
  world.set_field("Content-Type", " multipart/mixed; boundary=\"x\"");
  world.add_field("Secure-Join", " vc-request");
  world.body =
      "--x\r\nContent-Type: text/plain\r\n\r\nSecure-Join: vc-request\r\n"
      "--x--\r\n";
}

void make_setup_message(ValidWorld& world) {
  world.configuration.autocrypt_setup_message = true;
  world.set_field("Content-Type", " multipart/mixed; boundary=\"x\"");
  world.add_field("Autocrypt-Setup-Message", " v1");
  world.envelope.recipients = {"bob@relay.example"};
  world.body =
      "--x\r\n\r\nThis is for you.\r\n--x\r\n"
      "Content-Type: application/autocrypt-setup\r\n\r\n<html>\r\n--x--\r\n";
}

void make_bounce(ValidWorld& world) {
  world.set_field("Content-Type",
                  " multipart/report; report-type=delivery-status;"
                  " boundary=\"x\"");
  world.body =
      "--x\r\n\r\nNo.\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n"
      "Reporting-MTA: dns; a.example\r\n\r\n"
      "Final-Recipient: rfc822; a@a.example\r\nAction: failed\r\n"
      "Status: 5.2.2\r\n\r\n--x--\r\n";
}

struct Row {
  const char* detail;
  Direction direction;
  bool at_header;
  std::function<void(ValidWorld&)> break_one_thing;
};

constexpr auto kInbound = Direction::kInbound;
constexpr auto kOutbound = Direction::kOutbound;

std::function<void(ValidWorld&)> with_type(const char* content_type) {
  return [content_type](ValidWorld& world) {
    world.set_field("Content-Type", content_type);
  };
}

const Row kRows[] = {
    // What the header section alone tells.
    {"text-plain", kInbound, true, with_type(" text/plain")},
    {"text-plain", kOutbound, true, with_type(" text/plain")},
    {"text-plain", kOutbound, true,
     [](ValidWorld& world) { world.remove_field("Content-Type"); }},
    {"text-html", kOutbound, true, with_type(" text/html")},
    {"other-type", kInbound, true, with_type(" application/pgp")},
    {"multipart-mixed", kOutbound, true,
     with_type(" multipart/mixed; boundary=x")},
    {"other-multipart", kInbound, true,
     with_type(" multipart/signed; boundary=x")},
    {"protocol", kInbound, true, with_type(" multipart/encrypted; boundary=x")},
    {"protocol", kOutbound, true,
     with_type(" multipart/encrypted; protocol=\"application/pkcs7-mime\";"
               " boundary=x")},
    {"boundary-text", kOutbound, true,
     with_type(" multipart/encrypted; protocol=\"application/pgp-encrypted\";"
               " boundary=\"at the harbour\"")},
    {"report-type", kInbound, true, with_type(" multipart/report; boundary=x")},
    {"autocrypt-setup-message", kOutbound, true,
     [](ValidWorld& world) {
       make_setup_message(world);
       world.configuration.autocrypt_setup_message = false;
     }},
    // What the body tells.
    {"missing-boundary", kInbound, false,
     [](ValidWorld& world) { world.body = "--x--\r\n"; }},
    // What policy bounds, each with its word.
    {"secure-join-recipients", kOutbound, false,
     [](ValidWorld& world) {
       make_request(world);
       world.envelope.recipients.push_back("carol@carol.example");
     }},
    {"secure-join-too-large", kOutbound, false,
     [](ValidWorld& world) {
       make_request(world);
       for (std::size_t at = 0; at < kMaxSecureJoin; at += 2) {
         world.body.insert(0, "\r\n");
       }
     }},
    {"autocrypt-setup-to-another", kOutbound, false,
     [](ValidWorld& world) {
       make_setup_message(world);
       world.envelope.recipients = {"alice@alice.example"};
     }},
    {"autocrypt-setup-recipients", kOutbound, false,
     [](ValidWorld& world) {
       make_setup_message(world);
       world.envelope.recipients.push_back("alice@alice.example");
     }},
    {"bounce-with-reverse-path", kInbound, false, make_bounce},
    {"bounce-by-user", kOutbound, false, make_bounce},
    {"bounce-beyond-bounds", kInbound, false,
     [](ValidWorld& world) {
       make_bounce(world);
       world.envelope.reverse_path.clear();
       for (std::size_t at = 0; at <= kMaxBounceText; at += 64) {
         world.body.insert(0, std::string(64, 'x') + "\r\n");
       }
     }},
};

TEST_CASE("a refusal for cleartext says why in one word, and as soon") {
  for (const Row& row : kRows) {
    INFO(row.detail);
    ValidWorld world(row.direction);
    row.break_one_thing(world);
    const policy::Judgement judgement = world.judge();
    CHECK(told(judgement) ==
          "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail");
    CHECK(judgement.reason == "cleartext");
    CHECK(judgement.detail == row.detail);
    CHECK(world.refused_at_header == row.at_header);
  }
}

}  // namespace
}  // namespace policy_test
