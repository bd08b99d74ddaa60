#include "deploy/ctl/config_file.h"

#include <string>
#include <utility>
#include <vector>

#include "daemon/settings.h"
#include "milter/judging_settings.h"

namespace ctl {
namespace {

// Returns what is wrong, or "".
std::string apply_settings(const daemons::Settings& settings,
                           CheckOptions& options) {
  if (options.defaults.mail_domains.empty()) {
    options.defaults.mail_domains = settings.address_domains();
  }
  if (options.dkim_key_files.empty()) {
    auto loaded = milter::load_signing_keys(
        settings,
        options.dkim_domain.empty()
            ? settings.address_domains()
            : std::vector<std::string>{options.dkim_domain},
        milter::AbsentKey::kMayBe);
    if (!loaded.errors.empty()) return loaded.errors.front();
    options.judging.configuration.signing_keys = std::move(loaded.keys);
  }
  if (options.engine.empty()) options.engine = settings.text("dkim_engine");
  milter::apply_settings(settings, options.judging.configuration);
  return milter::judge_signature_settings(settings);
}

}  // namespace

ConfigFileResult read_config_file(const std::string& path,
                                  CheckOptions& options) {
  const daemons::SettingsFile file = daemons::read_settings(path);
  ConfigFileResult result;
  result.warnings = file.warnings;
  if (!file.errors.empty()) {
    result.error = file.errors.front();
  } else if (!file.settings.is_set("mail_domain")) {
    result.error = path + ": mail_domain is not set";
  } else {
    for (const auto& warning : milter::settings_without_effect(file.settings)) {
      result.warnings.push_back(std::string(path).append(": ").append(warning));
    }
    const std::string wrong = apply_settings(file.settings, options);
    if (!wrong.empty()) {
      result.error = std::string(path).append(": ").append(wrong);
    }
    options.settings = file.settings;
  }
  return result;
}

}  // namespace ctl
