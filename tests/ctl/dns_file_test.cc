#include "deploy/ctl/dns_file.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "deploy/ctl/json_text.h"
#include "tests/daemon/temporary_directory.h"

namespace ctl {
namespace {

dkim::KeyAnswer look_up(dkim::TableResolver& resolver, std::string_view name) {
  return resolver.start(name, dkim::Freshness::kCacheAllowed)
      ->wait_until(std::chrono::steady_clock::now());
}

DnsTable parse(const std::string& text) {
  return to_dns_table(parse_json(text).value);
}

TEST_CASE("A name has the TXT records of its list") {
  // Revoked keys, which need no real key in them.
  const std::vector<std::pair<std::string, std::size_t>> cases = {
      {R"({"s._domainkey.example.org": ["v=DKIM1; p="]})", 1},
      {R"({"S._domainkey.Example.ORG": ["v=DKIM1; p="]})", 1},
      {R"({"s._domainkey.example.org.": ["v=DKIM1; p="]})", 1},
      {R"({"s._domainkey.example.org": [["v=DK", "IM1; p="]]})", 1},
      {R"({"s._domainkey.example.org": ["v=DKIM1; p=", "v=DKIM1; p="]})", 2},
  };
  for (const auto& [text, records] : cases) {
    CAPTURE(text);
    const DnsTable table = parse(text);
    REQUIRE(table.resolver);
    const auto answer = look_up(*table.resolver, "s._domainkey.example.org");
    REQUIRE(answer.status == dkim::LookupStatus::kFound);
    REQUIRE(answer.records->size() == records);
    CHECK(answer.records->front().cause == dkim::Cause::kRevoked);
    CHECK(look_up(*table.resolver, "other.example.org").status ==
          dkim::LookupStatus::kAbsent);
  }
}

TEST_CASE("A name can fail in each of the ways that DNS has") {
  struct Row {
    std::string word;
    dkim::LookupStatus status;
    dkim::LookupFailure failure;
  };
  const std::vector<Row> rows = {
      {"timeout", dkim::LookupStatus::kTemperror,
       dkim::LookupFailure::kTimeout},
      {"servfail", dkim::LookupStatus::kTemperror,
       dkim::LookupFailure::kServfail},
      {"bogus", dkim::LookupStatus::kTemperror, dkim::LookupFailure::kBogus},
      {"nxdomain", dkim::LookupStatus::kAbsent, dkim::LookupFailure::kNone},
  };
  for (const auto& row : rows) {
    CAPTURE(row.word);
    const DnsTable table =
        parse(R"({"a.example": {"fail": ")" + row.word + "\"}}");
    REQUIRE(table.resolver);
    const auto answer = look_up(*table.resolver, "a.example");
    CHECK(answer.status == row.status);
    CHECK(answer.failure == row.failure);
  }
}

TEST_CASE("A table that cannot be meant is refused with the name") {
  const std::vector<std::string> texts = {
      R"({"a.example": 1})",
      R"({"a.example": "v=DKIM1; p="})",
      R"({"a.example": [1]})",
      R"({"a.example": [["v=DKIM1", 1]]})",
      R"({"a.example": null})",
      R"({"a.example": {"fail": "sometimes"}})",
      R"({"a.example": {"fail": 3}})",
      R"({"a.example": {"fail": "timeout", "after": 2}})",
      R"({"a.example": {}})",
  };
  for (const auto& text : texts) {
    CAPTURE(text);
    const DnsTable table = parse(text);
    CHECK_FALSE(table.resolver);
    CHECK(table.error.starts_with("a.example: "));
  }
  CHECK_FALSE(parse("[]").error.empty());
}

TEST_CASE("A broken DNS file is told with its line and column") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("dns.json");
  std::ofstream(path) << "{\n  \"a.example\": [\"v=DKIM1\"\n}\n";
  const DnsTable table = read_dns_file(path);
  CHECK_FALSE(table.resolver);
  CHECK(table.error.starts_with(path + ":3:1: "));

  const DnsTable absent = read_dns_file(directory.path("absent.json"));
  CHECK_FALSE(absent.resolver);
  CHECK(absent.error.find("No such file") != std::string::npos);
}

}  // namespace
}  // namespace ctl
