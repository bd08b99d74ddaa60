#include <catch2/catch.hpp>
#include <chrono>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "dkim/table_resolver.h"
#include "dkim/verifier.h"
#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"
#include "tests/policy/valid_world.h"

using test::edited;
using test::field;
using test::inbound_message;
using test::outbound_message;
using test::Outcome;
using test::RelayInADirectory;
using test::Submission;

namespace {

std::string record_of_relay(const RelayInADirectory& relay,
                            const std::string& file = "dkim.private") {
  const auto loaded =
      dkim::load_signing_key(relay.path(file), "relay.example", "opendkim");
  REQUIRE(loaded.key != nullptr);
  return loaded.key->record();
}

dkim::Status verify(const std::vector<policy::HeaderField>& fields,
                    const std::string& body, const std::string& record,
                    const std::string& selector = "opendkim") {
  dkim::TableResolver keys;
  keys.add(selector + "._domainkey.relay.example", {record});
  dkim::Verifier verifier({}, keys);
  for (const policy::HeaderField& each : fields) {
    verifier.header_field(each.name, each.body);
  }
  verifier.end_of_header("relay.example", std::time(nullptr));
  verifier.body(body);
  return verifier.finish(std::chrono::steady_clock::now()).status;
}

}  // namespace

TEST_CASE("the milter gives an incoming message its verdict") {
  RelayInADirectory relay;
  relay.add_account("open@relay.example", false);
  relay.start();

  struct Row {
    const char* what;
    std::function<void(Submission&)> breaks;
    const char* reply;
    const char* step;
  };
  const std::vector<Row> rows = {
      {"nothing broken", [](Submission&) {}, "accept", "end"},
      {"a daemon name that nobody knows",
       [](Submission& m) { m.daemon_name = "SOMETHING"; }, "accept", "end"},
      {"an IPv6 client",
       [](Submission& m) { m.client_address = "2001:db8::7"; }, "accept",
       "end"},
      {"cleartext",
       [](Submission& m) { field(m, "Content-Type").body = " text/plain"; },
       "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail", "header"},
      {"a changed body", [](Submission& m) { m.body.insert(0, "\r\n"); },
       "554 5.7.1 No valid DKIM signature found", "end"},
      {"no signature", [](Submission& m) { m.fields.erase(m.fields.begin()); },
       "554 5.7.1 No DKIM signature found", "end"},
      {"a percent sign and eight-bit octets in what is quoted",
       [](Submission& m) { field(m, "From").body = " <100%\xC3\xA4@@x>"; },
       "500 5.7.1 Invalid FROM header", "header"},
      {"an unknown recipient",
       [](Submission& m) { m.recipients = {"<nobody@relay.example>"}; },
       "550 5.1.1", "end"},
      {"a recipient with detail and in capitals",
       [](Submission& m) { m.recipients = {"<Bob+x@RELAY.example>"}; },
       "accept", "end"},
  };
  for (const Row& row : rows) {
    Submission message = inbound_message(relay.names());
    row.breaks(message);
    const Outcome outcome = relay.hand_in(message);
    INFO(row.what << ": " << outcome.reply);
    CHECK(outcome.reply.substr(0, std::string(row.reply).size()) == row.reply);
    CHECK(outcome.step == row.step);
    CHECK(outcome.reply.find_first_of("\r\n") == std::string::npos);
  }

  // Cleartext to who takes it needs a signature still.
  Submission open = test::unsigned_inbound_message();
  field(open, "Content-Type").body = " text/plain";
  open.recipients = {"<open@relay.example>"};
  CHECK(relay.hand_in(open).reply == "554 5.7.1 No DKIM signature found");
  sign(open, relay.names());
  CHECK(relay.hand_in(open).reply == "accept");
}

TEST_CASE("DNS trouble is temporary") {
  RelayInADirectory relay;
  relay.start();
  const Submission message = inbound_message(relay.names());
  relay.names().fail();
  const Outcome outcome = relay.hand_in(message);
  CHECK(outcome.reply.substr(0, 9) == "451 4.7.5");
  CHECK(outcome.step == "end");
}

TEST_CASE("the milter gives an outgoing message its verdict") {
  RelayInADirectory relay;
  relay.start();
  struct Row {
    const char* what;
    std::function<void(Submission&)> breaks;
    const char* reply;
    const char* step;
  };
  const std::vector<Row> rows = {
      {"nothing broken", [](Submission&) {}, "accept", "end"},
      {"no login", [](Submission& m) { m.login.clear(); }, "530 5.7.0", "MAIL"},
      {"another's reverse-path",
       [](Submission& m) { m.reverse_path = "<eve@relay.example>"; },
       "553 5.7.1 <eve@relay.example>", "MAIL"},
      {"a percent sign in a reply",
       [](Submission& m) { m.reverse_path = "<100%@relay.example>"; },
       "553 5.7.1 <100%%@relay.example>", "MAIL"},
      {"another's From",
       [](Submission& m) { field(m, "From").body = " <eve@relay.example>"; },
       "500 5.7.1 Invalid FROM", "header"},
      {"cleartext",
       [](Submission& m) { field(m, "Content-Type").body = " text/plain"; },
       "523 5.7.1", "header"},
      {"readable text between the parts",
       [](Submission& m) { m.body.insert(0, "Dear all,\r\n"); }, "523 5.7.1",
       "end"},
  };
  for (const Row& row : rows) {
    Submission message = outbound_message();
    row.breaks(message);
    const Outcome outcome = relay.hand_in(message);
    INFO(row.what << ": " << outcome.reply);
    CHECK(outcome.reply.substr(0, std::string(row.reply).size()) == row.reply);
    CHECK(outcome.step == row.step);
  }
}

TEST_CASE(
    "an outgoing header section is reduced and signed as the judge says") {
  RelayInADirectory relay;
  relay.start();
  policy_test::ValidWorld world(policy::Direction::kOutbound);
  world.add_field("X-Mailer", " something");
  world.add_field("x-mailer", " something else");
  world.set_field("Subject", " a word in the clear");
  world.set_field("To", " \"Alice\"\r\n <alice@alice.example>");
  Submission message = outbound_message();
  message.fields = world.fields;

  const Outcome outcome = relay.hand_in(message);
  REQUIRE(outcome.reply == "accept");
  std::vector<policy::HeaderField> fields = edited(message, outcome);
  CHECK(verify(fields, message.body, record_of_relay(relay)) ==
        dkim::Status::kPass);
  std::vector<policy::HeaderField> judged = world.queued_fields(world.judge());
  REQUIRE(fields.size() == judged.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    CHECK(fields[i].name == judged[i].name);
    if (i == 0) {
      CHECK(fields[i].name == "DKIM-Signature");
    } else {
      CHECK(fields[i].body == judged[i].body);
    }
  }
}

TEST_CASE("with two keys a message leaves with two valid signatures") {
  RelayInADirectory relay;
  relay.make_rsa_key("rsa.private");
  // The later line of a key that stands twice is refused: a file of its own.
  std::ofstream(relay.path("two.ini"))
      << "[params]\nmail_domain = relay.example\npolicyd_socket =\n"
      << "milter_socket = unix:" << relay.socket() << "\n"
      << "mailboxes_dir = " << relay.path("mail") << "\n"
      << "dkim_key = " << relay.path("rsa.private") << "\n"
      << "dkim_key_ed25519 = " << relay.path("dkim.private") << "\n"
      << "dkim_selector_ed25519 = ed\n";
  relay.start_with({"--config", relay.path("two.ini")});
  const Submission message = outbound_message();
  const Outcome outcome = relay.hand_in(message);
  REQUIRE(outcome.reply == "accept");
  const std::vector<policy::HeaderField> fields = edited(message, outcome);
  REQUIRE(fields.size() > 2);
  std::string algorithms;
  for (const std::size_t i : {0U, 1U}) {
    REQUIRE(fields[i].name == "DKIM-Signature");
    algorithms += fields[i].body.substr(0, fields[i].body.find("; c="));
  }
  CHECK(fields[2].name != "DKIM-Signature");
  CHECK(algorithms.find("rsa-sha256") != std::string::npos);
  CHECK(algorithms.find("ed25519-sha256") != std::string::npos);
  // Each alone, for a verifier knows one key here.
  CHECK(verify(fields, message.body, record_of_relay(relay, "rsa.private")) ==
        dkim::Status::kPass);
  CHECK(verify(fields, message.body, record_of_relay(relay), "ed") ==
        dkim::Status::kPass);
}

TEST_CASE("forged results go, and a foreign reverse-path becomes null") {
  RelayInADirectory relay;
  relay.start();
  Submission message = inbound_message(relay.names());
  const std::vector<policy::HeaderField> clean = message.fields;
  for (const char* forged :
       {" relay.example; dkim=pass", " relay.example;\r\n\tx"}) {
    message.fields.insert(message.fields.begin() + 1,
                          {"Authentication-Results", forged});
    message.fields.push_back({"authentication-results", forged});
  }
  message.reverse_path = "<list-bounces@lists.example>";
  const Outcome outcome = relay.hand_in(message);
  REQUIRE(outcome.reply == "accept");
  const auto fields = edited(message, outcome);
  REQUIRE(fields.size() == clean.size());
  for (std::size_t i = 0; i < clean.size(); ++i) {
    CHECK(fields[i].name == clean[i].name);
    CHECK(fields[i].body == clean[i].body);
  }
  CHECK(new_reverse_path(outcome) == "<>");
}

TEST_CASE("mail to disabled accounts is dropped in silence") {
  RelayInADirectory relay;
  relay.add_account("gone@relay.example");
  relay.directory().make_file("mail/gone@relay.example/DISABLED");
  relay.start();
  Submission message = inbound_message(relay.names());
  message.recipients = {"<bob@relay.example>", "<Gone+a@relay.example>"};
  const Outcome outcome = relay.hand_in(message);
  CHECK(outcome.reply == "accept");
  CHECK(removed_recipients(outcome) ==
        std::vector<std::string>{"<Gone+a@relay.example>"});
  message.recipients = {"<gone@relay.example>"};
  CHECK(relay.hand_in(message).reply == "discard");
}

TEST_CASE("Postfix's own bounces are signed, and local mail is judged") {
  RelayInADirectory relay;
  relay.start();
  Submission bounce = outbound_message();
  bounce.login.clear();
  bounce.daemon_name = "INTERNAL";
  bounce.client_address = "127.0.0.1";
  bounce.reverse_path = "<>";
  field(bounce, "From").body = " MAILER-DAEMON@relay.example (Mail System)";
  field(bounce, "Content-Type").body = " text/plain";
  bounce.body = "Your message could not be delivered.\r\n";
  const Outcome outcome = relay.hand_in(bounce);
  REQUIRE(outcome.reply == "accept");
  CHECK(edited(bounce, outcome).front().name == "DKIM-Signature");

  // Postfix gives this name to every service that has none of its own.
  Submission slip = bounce;
  slip.client_address = "192.0.2.7";
  CHECK(relay.hand_in(slip).reply.substr(0, 3) == "523");
  slip = bounce;
  slip.reverse_path = "<bob@relay.example>";
  CHECK(relay.hand_in(slip).reply.substr(0, 3) == "523");

  bounce.daemon_name = "LOCAL";
  CHECK(relay.hand_in(bounce).reply != "accept");
  Submission local = outbound_message();
  local.login.clear();
  local.daemon_name = "LOCAL";
  CHECK(relay.hand_in(local).reply == "accept");
}

TEST_CASE("one session hands in many messages, each with its own verdict") {
  RelayInADirectory relay;
  relay.start();
  const Submission good = outbound_message();
  Submission bad = good;
  field(bad, "Content-Type").body = " text/plain";
  test::MilterClient client = relay.client();
  client.connect("ORIGINATING", "192.0.2.7");
  for (int i = 0; i < 5; ++i) {
    CHECK(hand_in(client, good).reply == "accept");
    CHECK(hand_in(client, bad).reply.substr(0, 3) == "523");
    client.mail("<bob@relay.example>", "bob@relay.example");
    client.header_field("From", " <eve@relay.example>");
    client.abort();
  }
  client.quit();
}
