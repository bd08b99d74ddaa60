// What chatmail.ini says about verdicts reaches them.

#include "milter/judging_settings.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "deploy/ctl/message_reader.h"
#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"
#include "tests/policy/valid_world.h"

using test::edited;
using test::field;
using test::Outcome;
using test::RelayInADirectory;
using test::Submission;

namespace {

constexpr char kCleartext[] =
    "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail";

// A message of the corpus instead of the one that is there, with another From.
void replace(Submission& submission, const std::string& file,
             const std::string& from) {
  ctl::MessageView view = ctl::read_message(policy_test::corpus_file(file));
  submission.fields = std::move(view.fields);
  submission.body = std::move(view.body);
  std::erase_if(submission.fields, [](const policy::HeaderField& each) {
    return each.name == "DKIM-Signature";
  });
  field(submission, "From").body = " <" + from + ">";
}

Submission outbound(const std::string& file) {
  Submission submission = test::outbound_message();
  replace(submission, file, "bob@relay.example");
  return submission;
}

Submission setup_message() {
  Submission submission = outbound("shapes/real-core160-asm.eml");
  submission.recipients = {"<bob@relay.example>"};
  return submission;
}

Submission inbound_ocb_packet(dkim::testing::DnsServer& names) {
  Submission submission = test::unsigned_inbound_message();
  replace(submission, "encrypted/rnp-aead-ocb.eml", "alice@alice.example");
  sign(submission, names);
  return submission;
}

Submission literal_author_from_elsewhere() {
  Submission submission = test::unsigned_inbound_message();
  submission.reverse_path = "<victim@[192.0.2.99]>";
  field(submission, "From").body = " <victim@[192.0.2.99]>";
  return submission;
}

}  // namespace

TEST_CASE("a setting that takes part in a verdict changes it") {
  struct Row {
    const char* setting;
    std::function<Submission(RelayInADirectory&)> message;
    std::string without;
    std::string with;
  };
  const std::vector<Row> rows = {
      {"gnupg_ocb_inbound = no",
       [](RelayInADirectory& relay) {
         return inbound_ocb_packet(relay.names());
       },
       "accept", kCleartext},
      {"gnupg_ocb_outbound = yes",
       [](RelayInADirectory&) {
         return outbound("encrypted/rnp-aead-ocb.eml");
       },
       kCleartext, "accept"},
      {"autocrypt_setup_message = yes",
       [](RelayInADirectory&) { return setup_message(); }, kCleartext,
       "accept"},
      {"accept_address_literals = any",
       [](RelayInADirectory&) { return literal_author_from_elsewhere(); },
       "554 5.7.1 ", "accept"},
  };
  for (const Row& row : rows) {
    for (const bool set : {false, true}) {
      RelayInADirectory relay;
      relay.write_ini(set ? std::string(row.setting) + "\n" : "");
      relay.start();
      const Outcome outcome = relay.hand_in(row.message(relay));
      INFO(row.setting << (set ? " is set: " : " is not set: ")
                       << outcome.reply);
      const std::string& wanted = set ? row.with : row.without;
      CHECK(outcome.reply.substr(0, wanted.size()) == wanted);
    }
  }
}

TEST_CASE("our own authentication results are added where they are asked for") {
  for (const bool set : {false, true}) {
    RelayInADirectory relay;
    relay.write_ini(set ? "add_authentication_results = yes\n" : "");
    relay.start();
    const Submission message = test::inbound_message(relay.names());
    const Outcome outcome = relay.hand_in(message);
    REQUIRE(outcome.reply == "accept");
    const auto fields = edited(message, outcome);
    REQUIRE(fields.size() == message.fields.size() + (set ? 1 : 0));
    if (!set) continue;
    CHECK(fields.front().name == "Authentication-Results");
    CHECK(fields.front().body.find("relay.example") != std::string::npos);
    CHECK(fields.front().body.find("dkim=pass") != std::string::npos);
  }
}

TEST_CASE("a setting that does nothing yet is warned of, and no other") {
  struct Row {
    const char* key;
    const char* value;
    std::vector<std::string> warnings;
  };
  for (const Row& row : std::vector<Row>{
           {"passthrough_senders",
            "a@relay.example",
            {"passthrough_senders: has no effect: this relay carries encrypted "
             "mail only, whoever sends or gets it"}},
           {"passthrough_senders", "", {}},
           {"passthrough_recipients",
            "a@b.example c@d.example",
            {"passthrough_recipients: has no effect: this relay carries "
             "encrypted "
             "mail only, whoever sends or gets it"}},
           {"max_user_send_per_minute", "60", {}},
           {"max_message_size", "30M", {}},
           {"autocrypt_setup_message", "yes", {}},
       }) {
    INFO(row.key << " = " << row.value);
    daemons::Settings settings;
    REQUIRE_FALSE(settings.set(row.key, row.value).has_value());
    CHECK(milter::settings_without_effect(settings) == row.warnings);
  }
}
