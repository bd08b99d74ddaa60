#pragma once

// What chatmail.ini says about a verdict, keys apart, and the rules that
// decide: the same for the milter and for `chatmail check`.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "policy/configuration.h"

namespace milter {

struct LoadedRules {
  std::shared_ptr<const policy::Rulebook> rulebook;  // null: see errors
  std::vector<std::string> errors;  // several lines each, with a caret
  std::vector<std::string> warnings;
};

// The rules of own_rules_dir, then those of rules_dir (where it is not set,
// the shipped ones).
LoadedRules load_rules(const daemons::Settings& settings);
// The same of two folders; `own` may be empty.
LoadedRules load_rules(const std::string& own, const std::string& directory,
                       const daemons::Settings& settings);

// A word of dkim_more_keys, DOMAIN:SELECTOR:/PATH.
struct NamedKey {
  std::string domain;
  std::string selector;
  std::string path;
};
std::optional<NamedKey> parse_named_key(const std::string& word);

// What is wrong with the settings about signatures; "" when nothing is.
std::string judge_signature_settings(const daemons::Settings& settings);

void apply_settings(const daemons::Settings& settings,
                    policy::Configuration& configuration);

struct LoadedKeys {
  std::vector<std::shared_ptr<const dkim::SigningKey>> keys;
  std::vector<std::string> errors;  // "dkim_key: /FILE: what is wrong"
};

enum class AbsentKey : std::uint8_t { kIsAnError, kMayBe };

// dkim_key and dkim_key_ed25519 for each of `domains`, then those of
// dkim_more_keys.  A key in its usual place, which the settings do not name,
// may be absent if `absent` says so.
LoadedKeys load_signing_keys(const daemons::Settings& settings,
                             const std::vector<std::string>& domains,
                             AbsentKey absent);

// Settings that the file sets and that nothing here carries out, each with a
// word why.
std::vector<std::string> settings_without_effect(
    const daemons::Settings& settings);

}  // namespace milter
