#include "policy/rulebook.h"

#include <catch2/catch.hpp>
#include <string>

namespace policy {
namespace {

constexpr char kDecides[] =
    "on inbound accept\non outbound sign\naccept\non internal sign\naccept\n";

RulebookResult compiled(const std::string& own) {
  const rules::SourceFile files[] = {{"own.conf", own},
                                     {"shipped.conf", kDecides}};
  return make_rulebook(
      files, [](std::string_view) { return std::nullopt; },
      [](const std::string&, const std::string&,
         std::string&) -> std::optional<std::string> { return std::nullopt; });
}

}  // namespace

TEST_CASE("no rule removes or replaces From, wherever it stands") {
  for (const char* section : {"inbound", "outbound"}) {
    for (const char* edit :
         {"remove From", "remove from", "replace FROM with \"<a@b.example>\"",
          "remove From when author.domain is \"a.example\""}) {
      const RulebookResult result =
          compiled("on " + std::string(section) + "\n" + edit + "\n");
      INFO(section << ": " << edit);
      CHECK(result.rulebook == nullptr);
      REQUIRE(result.diagnostics.size() == 1);
      CHECK(result.diagnostics[0].is_error);
      CHECK(result.diagnostics[0].file == "own.conf");
      CHECK(result.diagnostics[0].position.line == 2);
      CHECK(to_string(result.diagnostics[0])
                .find("it can be neither removed nor replaced") !=
            std::string::npos);
    }
  }
}

TEST_CASE("other fields may be removed and replaced") {
  for (const char* edit :
       {"on inbound remove X-From", "on outbound replace Subject with \"x\"",
        "on inbound remove DKIM-Signature", "on inbound remove Reply-To"}) {
    INFO(edit);
    CHECK(compiled(edit).rulebook != nullptr);
  }
}

TEST_CASE("a section whose rules leave a message undecided is not loaded") {
  const rules::SourceFile files[] = {
      {"own.conf", "on inbound accept when size > 1\n"}};
  const RulebookResult result = make_rulebook(
      files, [](std::string_view) { return std::nullopt; },
      [](const std::string&, const std::string&,
         std::string&) -> std::optional<std::string> { return std::nullopt; });
  CHECK(result.rulebook == nullptr);
  REQUIRE(result.diagnostics.size() == 3);
  CHECK(result.diagnostics[0].message ==
        "the last rule on inbound has a condition: what no rule decides would "
        "be nobody's decision; end with 'accept' or 'reject'");
  CHECK(result.diagnostics[1].message ==
        "no rule decides on outbound: it wants an 'accept' at its end");
  CHECK(result.diagnostics[2].message ==
        "no rule decides on internal: it wants an 'accept' at its end");
}

}  // namespace policy
