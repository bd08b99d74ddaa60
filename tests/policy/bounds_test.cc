// The bounds of docs/security.md that drop a field instead of refusing the
// message, each at its bound and one beyond.  The others are pairs of the
// corpus (corpus/generate/shapes_limits.py).

#include <catch2/catch.hpp>

#include "policy/outbound_fields.h"
#include "tests/policy/valid_world.h"

namespace policy_test {
namespace {

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::string letters(int count) { return repeated("a", count); }

// So many octets, in lines; more than 64.
std::string lines(int octets) {
  const int whole = octets / 64 - 1;
  return repeated(letters(62) + "\r\n", whole) + letters(octets - 64 * whole);
}

TEST_CASE("what is at its bound leaves, and what is beyond does not") {
  const struct {
    const char* name;  // as docs/security.md has it
    const char* field;
    std::string at;
    std::string beyond;
  } rows[] = {
      {"addresses", "To", " <a@b>" + repeated(",\r\n <a@b>", 999),
       " <a@b>" + repeated(",\r\n <a@b>", 1000)},
      {"local-part", "Cc", " <" + letters(64) + "@b>",
       " <" + letters(65) + "@b>"},
      {"dot-atom", "To", " <a.b@c>", " <\"a b\"@c>"},
      {"group", "To", " \"hidden-recipients\": ;", " hidden: <a@b>;"},
      {"references", "References", repeated(" <a@b>", 20),
       repeated(" <a@b>", 21)},
      {"reference", "In-Reply-To", " <" + letters(246) + "@b>",
       " <" + letters(247) + "@b>"},
      {"reference-blank", "References", " <a.b@c>", " <a b@c>"},
      {"date", "Date", " Mon, 23 Nov 2026 15:58:12 +0000",
       " Mon, 23 Nov 2026 15:58:12 +0000 (x)"},
      {"invitenumber", "Secure-Join-Invitenumber", " " + letters(64),
       " " + letters(65)},
      {"chat-version", "Chat-Version", " 99.99", " 99.100"},
      {"auto-submitted", "Auto-Submitted", " auto-generated",
       " auto-generated; a=b"},
      {"post-message", "Chat-Is-Post-Message", " 1", " 11"},
      {"secure-join-word", "Secure-Join", " vg-request", " vg-requests"},
      {"other-fields", "Subject", " [...]", ""},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    const auto at = policy::reduce_field(row.field, row.at, {"a@b", false});
    REQUIRE(at);
    if (row.beyond.empty()) continue;
    const auto beyond =
        policy::reduce_field(row.field, row.beyond, {"a@b", false});
    CHECK_FALSE(beyond);
  }
  // Its text is replaced by the rules.
  CHECK(policy::reduce_field("Subject", " x", {"a@b", false})->as_it_is);
  CHECK_FALSE(policy::reduce_field("Comments", " x", {"a@b", false}));
}

TEST_CASE("a setup message to oneself is bounded") {
  const auto told_of = [](int text, int setup) {
    ValidWorld world(policy::Direction::kOutbound);
    world.configuration.autocrypt_setup_message = true;
    world.set_field("Content-Type", " multipart/mixed; boundary=\"x\"");
    world.add_field("Autocrypt-Setup-Message", " v1");
    world.envelope.recipients = {"bob@relay.example"};
    world.body =
        "--x\r\n\r\n" + lines(text) +
        "\r\n--x\r\nContent-Type: application/autocrypt-setup\r\n\r\n" +
        lines(setup) + "\r\n--x--\r\n";
    return told(world.judge());
  };
  const std::string cleartext =
      "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail";
  // The field of the setup part counts: its name and body.
  const int text = 2048 - 12 - 28;
  CHECK(told_of(text, 32768) == "accept");
  CHECK(told_of(text + 1, 32768) == cleartext);
  CHECK(told_of(text, 32769) == cleartext);
}

}  // namespace
}  // namespace policy_test
