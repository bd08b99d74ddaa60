#include "deploy/services/host/options.h"

#include <CLI/CLI.hpp>

namespace host {
namespace {

constexpr const char* kDefaultConfig = "/etc/chatmail/chatmail.ini";

}  // namespace

OptionsResult parse_options(const Identity& identity, int argc, char** argv,
                            const char* config_from_environment) {
  Options options;
  options.config_file = config_from_environment != nullptr
                            ? config_from_environment
                            : kDefaultConfig;
  CLI::App app(std::string(identity.about) + " It stays in the foreground.",
               identity.name);
  app.set_version_flag("--version", CHATMILTER_VERSION);
  app.add_option("--config", options.config_file,
                 "The settings; $CHATMAIL_INI names another default")
      ->capture_default_str();
  const auto overrides = [&](const char* option, const std::string& key,
                             const std::string& help) {
    app.add_option_function<std::string>(
        option,
        [&options, key](const std::string& value) {
          options.overrides.emplace_back(key, value);
        },
        help + " (overrides " + key + ")");
  };
  overrides("--socket", identity.socket_key,
            std::string("Where ") + identity.client + " connects: PATH");
  overrides("--metrics-socket", identity.metrics_key,
            "Where counters are served: PATH");
  overrides("--mail-domain", "mail_domain",
            "The domain of the relay's addresses");
  if (identity.has_mailboxes) {
    overrides("--mailboxes-dir", "mailboxes_dir", "Where the mailboxes are");
  }
  app.add_option("--user", options.user,
                 "Started as root: the user to become, for good");
  app.add_option("--group", options.group,
                 "The group that may connect to the sockets");
  app.add_option("--log-level", options.log_level,
                 "trace, debug, info, warning, error or off")
      ->capture_default_str();
  app.add_flag("--check-config", options.check_config,
               "Read the settings, say what is wrong, and end");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    constexpr int usage_mistake = 2;
    return {std::nullopt, app.exit(error) == 0 ? 0 : usage_mistake};
  }
  return {std::move(options), 0};
}

daemons::SettingsFile read_settings(const Options& options) {
  daemons::SettingsFile file = daemons::read_settings(options.config_file);
  for (const auto& [key, value] : options.overrides) {
    if (auto wrong = file.settings.set(key, value)) {
      file.errors.push_back("command line: " + key + ": " + *wrong);
    }
  }
  if (file.errors.empty() && !file.settings.is_set("mail_domain")) {
    file.errors.emplace_back("mail_domain is not set");
  }
  return file;
}

}  // namespace host
