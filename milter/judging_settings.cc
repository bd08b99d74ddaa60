#include "milter/judging_settings.h"

#include <utility>

#include "daemon/program_files.h"
#include "rules/rule_files.h"

namespace milter {

LoadedRules load_rules(const std::string& own, const std::string& directory,
                       const daemons::Settings& settings) {
  LoadedRules loaded;
  rules::RuleFiles read = rules::read_rule_files(own, directory);
  if (!read.error.empty()) {
    loaded.errors.push_back("rules: " + read.error);
    return loaded;
  }
  policy::RulebookResult made = policy::make_rulebook(
      read.files,
      [&settings](std::string_view key) { return settings.for_rules(key); },
      rules::read_list_file);
  for (const rules::Diagnostic& diagnostic : made.diagnostics) {
    std::string text = to_string(diagnostic);
    while (text.ends_with('\n')) text.pop_back();
    (diagnostic.is_error ? loaded.errors : loaded.warnings)
        .push_back(std::move(text));
  }
  loaded.rulebook = std::move(made.rulebook);
  return loaded;
}

LoadedRules load_rules(const daemons::Settings& settings) {
  const std::string directory = settings.text("rules_dir");
  return load_rules(
      settings.text("own_rules_dir"),
      directory.empty() ? daemons::shipped_rules_directory() : directory,
      settings);
}

void apply_settings(const daemons::Settings& settings,
                    policy::Configuration& configuration) {
  configuration.dkim_engine = settings.text("dkim_engine") == "opendkim"
                                  ? dkim::EngineKind::kOpendkim
                                  : dkim::EngineKind::kNative;
  configuration.ocb_packet_inbound = settings.yes("gnupg_ocb_inbound");
  configuration.ocb_packet_outbound = settings.yes("gnupg_ocb_outbound");
  configuration.autocrypt_setup_message =
      settings.yes("autocrypt_setup_message");
}

std::vector<std::string> settings_without_effect(
    const daemons::Settings& settings) {
  std::vector<std::string> found;
  for (const char* key : {"passthrough_senders", "passthrough_recipients"}) {
    if (settings.words(key).empty()) continue;
    found.push_back(std::string(key) +
                    " has no effect yet: their cleartext is refused");
  }
  return found;
}

}  // namespace milter
