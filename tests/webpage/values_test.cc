#include "deploy/webpage/values.h"

#include <catch2/catch.hpp>

namespace {

webpage::Values values_of(const std::string& ini) {
  const daemons::SettingsFile file =
      daemons::parse_settings("[params]\n" + ini, "chatmail.ini");
  REQUIRE(file.errors.empty());
  return webpage::page_values(file.settings);
}

}  // namespace

TEST_CASE("sizes are for people") {
  CHECK(webpage::readable_size(200) == "200 octets");
  CHECK(webpage::readable_size(31457280) == "30 MiB");
  CHECK(webpage::readable_size(1536UL * 1024 * 1024) == "1.5 GiB");
}

TEST_CASE("the link that makes an account, where everybody may have one") {
  struct Row {
    const char* ini;
    const char* link;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"mail_domain = chat.example\n",
            "dcaccount:https://chat.example/new"},
           {"mail_domain = _chat.example\n", "dcaccount:_chat.example"},
           {"mail_domain = chat.example\nregistration = invite\n", ""},
           {"mail_domain = chat.example\nregistration = closed\n", ""},
           {"mail_domain = 192.0.2.1\n", ""},
       }) {
    CAPTURE(row.ini);
    CHECK(values_of(row.ini).at("account_link") == row.link);
  }
}

TEST_CASE("values of chatmail.ini, and what follows from them") {
  const webpage::Values values = values_of(
      "mail_domain = 192.0.2.1\nmax_mailbox_size = 100M\n"
      "delete_mails_after = 20d\nlog_addresses = true\n");
  CHECK(values.at("address_domain") == "[192.0.2.1]");
  CHECK(values.at("ip_only") == "yes");
  CHECK(values.at("max_mailbox_size") == "100 MiB");
  CHECK(values.at("delete_mails_after") == "20");
  CHECK(values.at("log_addresses") == "yes");
  CHECK(values.at("privacy_mail").empty());
}
