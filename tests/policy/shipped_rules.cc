#include "tests/policy/shipped_rules.h"

#include <catch2/catch.hpp>
#include <utility>

#include "daemon/settings.h"
#include "rules/rule_files.h"

namespace policy_test {

std::shared_ptr<const policy::Rulebook> shipped_rules(
    const std::map<std::string, std::string>& settings,
    const std::string& own) {
  static std::map<std::pair<std::map<std::string, std::string>, std::string>,
                  std::shared_ptr<const policy::Rulebook>>
      made;
  auto& rulebook = made[{settings, own}];
  if (rulebook != nullptr) return rulebook;
  daemons::Settings values;
  for (const auto& [key, value] : settings) {
    REQUIRE_FALSE(values.set(key, value));
  }
  rules::RuleFiles files =
      rules::read_rule_files("", CHATMILTER_SOURCE_DIR "/rules");
  REQUIRE(files.error.empty());
  if (!own.empty()) files.files.insert(files.files.begin(), {"own.conf", own});
  policy::RulebookResult result = policy::make_rulebook(
      files.files,
      [&values](std::string_view key) { return values.for_rules(key); },
      rules::read_list_file);
  for (const rules::Diagnostic& diagnostic : result.diagnostics) {
    INFO(to_string(diagnostic));
    CHECK_FALSE(diagnostic.is_error);
  }
  REQUIRE(result.rulebook != nullptr);
  rulebook = std::move(result.rulebook);
  return rulebook;
}

}  // namespace policy_test
