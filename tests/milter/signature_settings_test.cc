// What chatmail.ini says about our own signatures reaches them.

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "dkim/signature.h"
#include "milter/judging_settings.h"
#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"

using test::edited;
using test::Outcome;
using test::RelayInADirectory;

namespace {

// The signatures on an outgoing message, with these lines in chatmail.ini.
std::vector<std::string> signatures(RelayInADirectory& relay,
                                    const std::string& lines) {
  relay.write_ini(lines);
  relay.start();
  const test::Submission message = test::outbound_message();
  const Outcome outcome = relay.hand_in(message);
  REQUIRE(outcome.reply == "accept");
  std::vector<std::string> bodies;
  for (const auto& field : edited(message, outcome)) {
    if (field.name == "DKIM-Signature") bodies.push_back(field.body);
  }
  return bodies;
}

std::string names_of(const std::string& field_body) {
  std::string names;
  for (const auto name : dkim::parse_signature(field_body).signed_fields) {
    names.append(names.empty() ? "" : ":").append(name);
  }
  return names;
}

}  // namespace

TEST_CASE("two selectors sign at once, and keys of other domains do not") {
  RelayInADirectory relay;
  relay.make_rsa_key("next.private");
  const std::string path = relay.path("next.private");
  const auto made =
      signatures(relay, "dkim_more_keys = relay.example:next:" + path +
                            " other.example:next:" + path + "\n");
  REQUIRE(made.size() == 2);
  CHECK(dkim::parse_signature(made[0]).selector != "next");
  CHECK(dkim::parse_signature(made[1]).selector == "next");
  CHECK(dkim::parse_signature(made[1]).domain == "relay.example");
}

TEST_CASE("the signed fields, oversigning, t= and x= are settings") {
  {
    RelayInADirectory relay;
    const auto made = signatures(relay,
                                 "dkim_signed_fields = From To Subject\n"
                                 "dkim_oversigned_fields = From\n"
                                 "dkim_signature_lifetime = 3600\n");
    REQUIRE(made.size() == 1);
    CHECK(names_of(made[0]) == "from:from:to:subject");
    const dkim::Signature signature = dkim::parse_signature(made[0]);
    REQUIRE(signature.timestamp);
    REQUIRE(signature.expiration);
    CHECK(*signature.expiration == *signature.timestamp + 3600);
  }
  RelayInADirectory relay;
  const auto made = signatures(relay,
                               "dkim_signed_fields = from date\n"
                               "dkim_oversigned_fields = none\n"
                               "dkim_timestamp = no\n");
  REQUIRE(made.size() == 1);
  CHECK(names_of(made[0]) == "from:date");
  CHECK_FALSE(dkim::parse_signature(made[0]).timestamp);
}

TEST_CASE("settings that make no signature are refused with their cause") {
  struct Row {
    const char* key;
    const char* value;
    std::string error;
  };
  for (const Row& row : std::vector<Row>{
           {"dkim_signed_fields", "To Subject",
            "dkim_signed_fields: From has to be among them (RFC 6376 5.4)"},
           {"dkim_signed_fields", "FROM", ""},
           {"dkim_more_keys", "relay.example:next",
            "dkim_more_keys: 'relay.example:next' is not "
            "DOMAIN:SELECTOR:/PATH"},
           {"dkim_more_keys", "relay.example:next:key",
            "dkim_more_keys: 'relay.example:next:key' is not "
            "DOMAIN:SELECTOR:/PATH"},
           {"dkim_more_keys", "relay.example:next:/etc/dkimkeys/next.private",
            ""},
       }) {
    INFO(row.key << " = " << row.value);
    daemons::Settings settings;
    REQUIRE_FALSE(settings.set(row.key, row.value).has_value());
    CHECK(milter::judge_signature_settings(settings) == row.error);
  }
  daemons::Settings settings;
  REQUIRE_FALSE(settings.set("dkim_signature_lifetime", "60").has_value());
  CHECK(milter::judge_signature_settings(settings).empty());
  REQUIRE_FALSE(settings.set("dkim_timestamp", "no").has_value());
  CHECK_FALSE(milter::judge_signature_settings(settings).empty());
}
