#include "policy/vocabulary.h"

#include <catch2/catch.hpp>
#include <optional>
#include <set>
#include <string>

#include "rules/compiler.h"

namespace policy {
namespace {

std::string_view name_of(Fact fact) {
  return vocabulary().facts[static_cast<std::size_t>(fact)].name;
}

std::string compiled(const std::string& section, std::string_view condition) {
  const rules::SourceFile file{
      "example.conf",
      "on " + section + " accept when " + std::string(condition)};
  const rules::CompileResult result = rules::compile(
      std::span(&file, 1),
      {vocabulary(), [](std::string_view) { return std::nullopt; },
       [](const std::string&, const std::string&, std::string&)
           -> std::optional<std::string> { return std::nullopt; }});
  return result.diagnostics.empty() ? ""
                                    : to_string(result.diagnostics.front());
}

TEST_CASE("facts stand in the order of their names in the code") {
  CHECK(name_of(Fact::kDirection) == "direction");
  CHECK(name_of(Fact::kRecipient) == "recipient");
  CHECK(name_of(Fact::kAccountAge) == "account.age");
  CHECK(name_of(Fact::kEveryRecipient) == "every recipient unknown");
  CHECK(name_of(Fact::kAnyRecipient) == "any recipient unknown");
  CHECK(name_of(Fact::kNoRecipient) == "no recipient unknown");
  CHECK(name_of(Fact::kHeaderTooLarge) == "header.too-large");
  CHECK(name_of(Fact::kMessageIdFits) == "message-id.fits");
  CHECK(name_of(Fact::kShape) == "shape");
  CHECK(name_of(Fact::kDkim) == "dkim");
  CHECK(name_of(Fact::kAlignment) == "alignment");
  for (std::size_t state = 0; state < kRecipientStates; ++state) {
    const auto every = static_cast<std::size_t>(Fact::kEveryRecipient) + state;
    CHECK(vocabulary().facts[every].name ==
          "every recipient " +
              std::string(vocabulary().recipient_states[state]));
  }
}

TEST_CASE(
    "every fact is described, and its example compiles where it is known") {
  std::set<std::string_view> names;
  for (const rules::FactDefinition& fact : vocabulary().facts) {
    INFO(fact.name);
    CHECK(names.insert(fact.name).second);
    CHECK_FALSE(fact.about.empty());
    const bool of_message = (fact.where & kOfMessage) != 0;
    CHECK(compiled(of_message ? "inbound" : "recipient", fact.example) == "");
    CHECK(fact.example.find(fact.name) != std::string_view::npos);
  }
}

}  // namespace
}  // namespace policy
