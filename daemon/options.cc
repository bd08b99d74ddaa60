#include "daemon/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "daemon/log.h"

namespace daemons {
namespace {

constexpr const char* kDefaultConfig = "/etc/chatmail/chatmail.ini";
constexpr int kUsageMistake = 2;

}  // namespace

OptionsResult parse_options(const Identity& identity, int argc, char** argv,
                            const char* config_from_environment) {
  Options options;
  options.config_file = config_from_environment != nullptr
                            ? config_from_environment
                            : kDefaultConfig;
  CLI::App app(identity.about + " It stays in the foreground.", identity.name);
  app.set_version_flag("--version", CHATMILTER_VERSION);
  app.add_option("--config", options.config_file,
                 "The settings; $CHATMAIL_INI names another default")
      ->capture_default_str();
  for (const Override& entry : identity.overrides) {
    app.add_option_function<std::string>(
        entry.option,
        [&options, &entry](const std::string& value) {
          options.overrides.emplace_back(entry.key, value);
        },
        entry.help + " (overrides " + entry.key + ")");
  }
  app.add_option("--user", options.user,
                 "Started as root: the user to become, for good");
  app.add_option("--group", options.group,
                 "The group that may connect to the sockets");
  app.add_option("--log-level", options.log_level,
                 "trace, debug, info, warning, error or off")
      ->capture_default_str();
  app.add_flag("--check-config", options.check_config,
               "Read " + identity.checks + ", say what is wrong, and end");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, app.exit(error) == 0 ? 0 : kUsageMistake};
  }
  return {std::move(options), 0};
}

SettingsFile read_settings(const Options& options) {
  SettingsFile file = read_settings(options.config_file);
  for (const auto& [key, value] : options.overrides) {
    if (auto wrong = file.settings.set(key, value)) {
      file.errors.push_back("command line: " + key + ": " + *wrong);
    }
  }
  return file;
}

int run_program(const Identity& identity, int argc, char** argv,
                const Run& run) {
  const auto parsed =
      parse_options(identity, argc, argv, std::getenv("CHATMAIL_INI"));
  if (!parsed.options) return parsed.exit_status;
  const auto level = log_level(parsed.options->log_level);
  auto log = make_log(identity.name, level.value_or(spdlog::level::info),
                      stderr_is_journal(std::getenv("JOURNAL_STREAM")));
  if (!level) {
    log->error("--log-level: no level '{}'", parsed.options->log_level);
    return kUsageMistake;
  }
  return run(*parsed.options, std::move(log));
}

}  // namespace daemons
