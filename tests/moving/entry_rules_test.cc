#include "deploy/moving/entry_rules.h"

#include <catch2/catch.hpp>

using Catch::Matchers::Contains;
using moving::Entry;
using moving::EntryRules;
using moving::EntryType;

namespace {

EntryRules rules() {
  return EntryRules({{moving::Part::kMailboxes, "/home/mail"},
                     {moving::Part::kCertificates, "/var/lib/acme"}});
}

Entry entry(EntryType type, const std::string& name,
            const std::string& target = "") {
  return {.name = name, .type = type, .target = target};
}

}  // namespace

TEST_CASE("names that lead elsewhere are none") {
  for (const char* const name : {"", "/etc/x", "..", "../x", "home/../x",
                                 "home/mail/..", "home//x", "home/./x", "."}) {
    CAPTURE(name);
    CHECK(EntryRules::look_at_name(name) != "");
  }
  CHECK(EntryRules::look_at_name("home/mail/...") == "");
  CHECK(EntryRules::look_at_name("home/mail/..x") == "");
  CHECK(EntryRules::look_at_name(std::string(5000, 'x')) != "");
}

TEST_CASE("a root is found by whole steps of a path") {
  CHECK(rules().root_of("home/mail") == 0U);
  CHECK(rules().root_of("home/mail/x") == 0U);
  CHECK(rules().root_of("var/lib/acme/live/x") == 1U);
  CHECK_FALSE(rules().root_of("home/mailbox"));
  CHECK_FALSE(rules().root_of("home"));
}

TEST_CASE("a symbolic link stays in its root by its own text") {
  struct Row {
    std::string name;
    std::string target;
    bool good;
  };
  const std::vector<Row> rows = {
      {"var/lib/acme/live/x", "../certs/abc", true},
      {"var/lib/acme/x", "live", true},
      {"var/lib/acme/live/x", "..", true},
      {"var/lib/acme/live/x", "../../acme/certs", true},
      {"var/lib/acme/live/x", "../../../lib", false},
      {"var/lib/acme/live/x", "../../../../home/mail/x", false},
      {"var/lib/acme/live/x", "/etc/passwd", false},
      {"var/lib/acme/live/x", "", false},
      {"var/lib/acme/live/x", "certs/../../../../x", false},
      {"var/lib/acme/live/x", "certs/..", false},
      {"var/lib/acme", ".", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name, row.target);
    EntryRules one = rules();
    const std::string error =
        one.look_at(entry(EntryType::kLink, row.name, row.target));
    CHECK((error == "") == row.good);
  }
}

TEST_CASE("nothing stands below a link or a file") {
  EntryRules one = rules();
  REQUIRE(one.look_at(entry(EntryType::kLink, "home/mail/a", "b")) == "");
  REQUIRE(one.look_at(entry(EntryType::kFile, "home/mail/f")) == "");
  CHECK_THAT(one.look_at(entry(EntryType::kFile, "home/mail/a/x")),
             Contains("below a symbolic link"));
  CHECK_THAT(one.look_at(entry(EntryType::kFile, "home/mail/a/b/c")),
             Contains("below a symbolic link"));
  CHECK_THAT(one.look_at(entry(EntryType::kFile, "home/mail/f/x")),
             Contains("below a file"));
}

TEST_CASE("a name comes once, and what holds something stays a folder") {
  EntryRules one = rules();
  REQUIRE(one.look_at(entry(EntryType::kFile, "home/mail/d/f")) == "");
  for (const EntryType type : {EntryType::kFile, EntryType::kLink}) {
    CHECK_THAT(one.look_at(entry(type, "home/mail/d", "x")),
               Contains("comes twice"));
    CHECK_THAT(one.look_at(entry(type, "home/mail/d/f", "x")),
               Contains("comes twice"));
  }
  CHECK(one.look_at(entry(EntryType::kFolder, "home/mail/d")) == "");
}

TEST_CASE("a hard link is another name of a file before it") {
  EntryRules one = rules();
  REQUIRE(one.look_at(entry(EntryType::kFile, "home/mail/f")) == "");
  REQUIRE(one.look_at(entry(EntryType::kLink, "home/mail/l", "f")) == "");
  CHECK(one.look_at(
            entry(EntryType::kHardLink, "home/mail/g", "home/mail/f")) == "");
  for (const char* const target :
       {"home/mail/l", "etc/passwd", "home/mail/later", "/etc/passwd", ""}) {
    CAPTURE(target);
    CHECK_THAT(one.look_at(entry(EntryType::kHardLink, "home/mail/h", target)),
               Contains("not before it"));
  }
}

TEST_CASE("devices, FIFOs and sockets are refused") {
  EntryRules one = rules();
  CHECK_THAT(one.look_at(entry(EntryType::kOther, "home/mail/null")),
             Contains("a device"));
}
