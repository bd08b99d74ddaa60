#include "deploy/ctl/config_file.h"

#include <filesystem>
#include <system_error>

#include "daemon/settings.h"
#include "milter/judging_settings.h"

namespace ctl {
namespace {

// A key in its usual place that nobody has made yet is not asked for.
void add_key(const daemons::Settings& settings, const std::string& suffix,
             CheckOptions& options) {
  const std::string key = "dkim_key" + suffix;
  const std::string path = settings.text(key);
  std::error_code ignored;
  if (path.empty() ||
      (!settings.is_set(key) && !std::filesystem::exists(path, ignored))) {
    return;
  }
  options.dkim_key_files.push_back(path);
  options.dkim_selectors.push_back(settings.text("dkim_selector" + suffix));
}

void apply_settings(const daemons::Settings& settings, CheckOptions& options) {
  if (options.defaults.mail_domains.empty()) {
    options.defaults.mail_domains = settings.address_domains();
  }
  if (options.dkim_key_files.empty()) {
    add_key(settings, "", options);
    add_key(settings, "_ed25519", options);
    if (options.dkim_domain.empty()) {
      options.dkim_domain = settings.address_domain();
    }
  }
  if (options.engine.empty()) options.engine = settings.text("dkim_engine");
  milter::apply_settings(settings, options.judging.configuration);
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
      result.warnings.push_back(path + ": " + warning);
    }
    apply_settings(file.settings, options);
    options.settings = file.settings;
  }
  return result;
}

}  // namespace ctl
