#include "milter/judging_settings.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "daemon/program_files.h"
#include "dkim/domain_name.h"
#include "dkim/signer.h"
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

namespace {

// Lower case; the fallback where the setting is silent, nothing for "none".
std::vector<std::string> field_names(const daemons::Settings& settings,
                                     const std::string& key,
                                     const dkim::FieldNames& fallback) {
  std::vector<std::string> names;
  for (const std::string& word : settings.words(key)) {
    if (word != "none") names.push_back(dkim::ascii_lower(word));
  }
  if (settings.words(key).empty()) {
    names.assign(fallback.begin(), fallback.end());
  }
  return names;
}

}  // namespace

std::optional<NamedKey> parse_named_key(const std::string& word) {
  const std::size_t first = word.find(':');
  const std::size_t second =
      first == std::string::npos ? first : word.find(':', first + 1);
  if (second == std::string::npos || first == 0 || second == first + 1 ||
      word[second + 1] != '/') {
    return std::nullopt;
  }
  return NamedKey{word.substr(0, first),
                  word.substr(first + 1, second - first - 1),
                  word.substr(second + 1)};
}

std::string judge_signature_settings(const daemons::Settings& settings) {
  for (const std::string& word : settings.words("dkim_more_keys")) {
    if (!parse_named_key(word)) {
      return "dkim_more_keys: '" + word + "' is not DOMAIN:SELECTOR:/PATH";
    }
  }
  const auto names = field_names(settings, "dkim_signed_fields",
                                 dkim::default_signed_fields());
  if (std::find(names.begin(), names.end(), "from") == names.end()) {
    return "dkim_signed_fields: From has to be among them (RFC 6376 5.4)";
  }
  if (settings.number("dkim_signature_lifetime") > 0 &&
      !settings.yes("dkim_timestamp")) {
    return "dkim_signature_lifetime: a signature that expires says when it was "
           "made (dkim_timestamp)";
  }
  return {};
}

void apply_settings(const daemons::Settings& settings,
                    policy::Configuration& configuration) {
  configuration.dkim_engine = settings.text("dkim_engine") == "opendkim"
                                  ? dkim::EngineKind::kOpendkim
                                  : dkim::EngineKind::kNative;
  configuration.signed_fields = field_names(settings, "dkim_signed_fields",
                                            dkim::default_signed_fields());
  configuration.oversigned_fields = field_names(
      settings, "dkim_oversigned_fields", dkim::default_oversigned_fields());
  configuration.signature_timestamp = settings.yes("dkim_timestamp");
  configuration.signature_lifetime_seconds =
      static_cast<std::int64_t>(settings.number("dkim_signature_lifetime"));
  configuration.ocb_packet_inbound = settings.yes("gnupg_ocb_inbound");
  configuration.ocb_packet_outbound = settings.yes("gnupg_ocb_outbound");
  configuration.autocrypt_setup_message =
      settings.yes("autocrypt_setup_message");
}

namespace {

// dkim_key and dkim_selector, each with that suffix.
void add_key(const daemons::Settings& settings, const std::string& suffix,
             const std::vector<std::string>& domains, AbsentKey absent,
             LoadedKeys& loaded) {
  const std::string key = "dkim_key" + suffix;
  const std::string path = settings.text(key);
  if (path.empty() || domains.empty()) return;
  if (!settings.is_set(key)) {
    // A relay without a name cannot publish a key: what lies in the usual place
    // is of no use to it.
    if (domains[0][0] == '[') return;
    std::error_code ignored;
    if (absent == AbsentKey::kMayBe &&
        !std::filesystem::exists(path, ignored)) {
      return;
    }
  }
  // One key for all domains: each publishes it.
  for (const std::string& domain : domains) {
    auto read = dkim::load_signing_key(path, domain,
                                       settings.text("dkim_selector" + suffix));
    if (read.key == nullptr) {
      loaded.errors.push_back(key + ": " + read.error);
      return;
    }
    loaded.keys.push_back(std::move(read.key));
  }
}

}  // namespace

LoadedKeys load_signing_keys(const daemons::Settings& settings,
                             const std::vector<std::string>& domains,
                             AbsentKey absent) {
  LoadedKeys loaded;
  add_key(settings, "", domains, absent, loaded);
  add_key(settings, "_ed25519", domains, absent, loaded);
  // Of other domains, and of selectors that are live at the same time.
  for (const std::string& word : settings.words("dkim_more_keys")) {
    const auto named = parse_named_key(word);
    if (!named) continue;  // judge_signature_settings() says so
    auto read =
        dkim::load_signing_key(named->path, named->domain, named->selector);
    if (read.key == nullptr) {
      loaded.errors.push_back("dkim_more_keys: " + read.error);
      continue;
    }
    loaded.keys.push_back(std::move(read.key));
  }
  return loaded;
}

std::vector<std::string> settings_without_effect(
    const daemons::Settings& settings) {
  std::vector<std::string> found;
  for (const char* key : {"passthrough_senders", "passthrough_recipients"}) {
    if (settings.words(key).empty()) continue;
    found.push_back(std::string(key) +
                    ": has no effect: this relay carries encrypted mail only, "
                    "whoever sends or gets it");
  }
  return found;
}

}  // namespace milter
