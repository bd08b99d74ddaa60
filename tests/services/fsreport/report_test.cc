#include "deploy/services/fsreport/report.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

TEST_CASE("sizes are read at a glance") {
  const struct {
    std::uint64_t octets;
    const char* text;
  } rows[] = {{0, "0 B"},
              {999, "999 B"},
              {1000, "1.00 kB"},
              {9994, "9.99 kB"},
              {9996, "10.0 kB"},
              {99'949, "99.9 kB"},
              {99'951, "100 kB"},
              {999'499, "999 kB"},
              {999'501, "1.00 MB"},
              {1'234'567'890, "1.23 GB"},
              {~std::uint64_t{0}, "18.4 EB"}};
  for (const auto& row : rows) {
    CHECK(fsreport::readable_size(row.octets) == row.text);
  }
}

TEST_CASE("a report of nothing divides by nothing") {
  const std::string text = fsreport::report({}, {});
  CHECK(text.find("nan") == std::string::npos);
  CHECK(text.find("active in 150 days") != std::string::npos);
}

TEST_CASE("the report says what was asked") {
  const std::string text = fsreport::report({}, {0, 80, "cur"});
  CHECK(text.find("Messages in cur of accounts without a login for 80 days") !=
        std::string::npos);
}

TEST_CASE("in JSON, the numbers are under the names of the metrics") {
  fsreport::Usage usage;
  usage.message_octets = 30;
  usage.extra_octets = 12;
  usage.count[2] = 5;
  usage.accounts = 3;
  usage.ci_accounts = 1;
  usage.active[1] = 2;
  const auto json = nlohmann::json::parse(fsreport::json_report(usage, {77}));
  CHECK(json["now"] == 77);
  CHECK(json["chatmail_storage_bytes"]["total"] == 42);
  CHECK(json["chatmail_messages_count"]["524288"] == 5);
  CHECK(json["chatmail_messages_bytes"].size() == 7);
  CHECK(json["chatmail_accounts"]["user"] == 2);
  CHECK(json["chatmail_accounts_active"]["10"] == 2);
  CHECK(json["errors"] == 0);
}
