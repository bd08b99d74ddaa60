#include "milter/options.h"

#include <CLI/CLI.hpp>

namespace milter {
namespace {

constexpr const char* kDefaultConfig = "/etc/chatmail/chatmail.ini";

struct Override {
  const char* option;
  const char* key;
  const char* help;
};

constexpr Override kOverrides[] = {
    {"--socket", "milter_socket", "Where Postfix connects: unix:PATH"},
    {"--engine", "milter_engine",
     "What speaks the milter protocol: native or libmilter"},
    {"--metrics-socket", "metrics_socket", "Where counters are served: PATH"},
    {"--policyd-socket", "policyd_socket", "Where chatmail-policyd listens"},
    {"--accounts-socket", "accounts_socket",
     "Where doveauth tells of accounts"},
    {"--mail-domain", "mail_domain", "The domain of the relay's addresses"},
    {"--mailboxes-dir", "mailboxes_dir", "Where the mailboxes are"},
    {"--dkim-key", "dkim_key", "The private key to sign with"},
    {"--dkim-selector", "dkim_selector", "Its selector"},
    {"--rules-dir", "rules_dir", "The rules, instead of the shipped ones"},
    {"--own-rules-dir", "own_rules_dir", "Rules to ask before those"},
    {"--dns-server", "dns_forwarders", "ADDRESS or ADDRESS@PORT to ask"},
};

}  // namespace

OptionsResult parse_options(int argc, char** argv,
                            const char* config_from_environment) {
  Options options;
  options.config_file = config_from_environment != nullptr
                            ? config_from_environment
                            : kDefaultConfig;
  CLI::App app("The milter of a chatmail relay. It stays in the foreground.",
               "chatmail-milter");
  app.set_version_flag("--version", CHATMILTER_VERSION);
  app.add_option("--config", options.config_file,
                 "The settings; $CHATMAIL_INI names another default")
      ->capture_default_str();
  for (const Override& entry : kOverrides) {
    app.add_option_function<std::string>(
        entry.option,
        [&options, key = std::string(entry.key)](const std::string& value) {
          options.overrides.emplace_back(key, value);
        },
        std::string(entry.help) + " (overrides " + entry.key + ")");
  }
  app.add_option("--user", options.user,
                 "Started as root: the user to become, for good");
  app.add_option("--group", options.group,
                 "The group that may connect to the sockets");
  app.add_option("--log-level", options.log_level,
                 "trace, debug, info, warning, error or off")
      ->capture_default_str();
  app.add_flag("--check-config", options.check_config,
               "Read the settings and the keys, say what is wrong, and end");
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
  return file;
}

}  // namespace milter
