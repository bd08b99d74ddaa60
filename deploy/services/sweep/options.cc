#include "deploy/services/sweep/options.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <utility>

namespace sweep {
namespace {

constexpr const char* kDefaultConfig = "/etc/chatmail/chatmail.ini";
constexpr int kMostThreads = 64;
constexpr std::uint64_t kMostDays = 36'500;

}  // namespace

void add_settings_options(CLI::App& app, Options& options,
                          const char* config_from_environment) {
  options.config_file = config_from_environment != nullptr
                            ? config_from_environment
                            : kDefaultConfig;
  app.set_version_flag("--version", CHATMILTER_VERSION);
  app.add_option("--config", options.config_file,
                 "The settings; $CHATMAIL_INI names another default")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_option("--mailboxes-dir", options.mailboxes_dir,
                 "Where the mailboxes are (overrides mailboxes_dir)")
      ->type_name("DIRECTORY");
}

void add_sweep_options(CLI::App& app, Options& options) {
  app.add_option("chatmail_ini", options.config_file, "The same as --config")
      ->type_name("FILE");
  app.add_option("--days", options.days, "Go by the time of so many days ago")
      ->check(CLI::Range(std::uint64_t{0}, kMostDays).description(""))
      ->type_name("N");
  app.add_option("--maxnum", options.most, "Look at N mailboxes at most")
      ->type_name("N");
  app.add_option("--threads", options.threads,
                 "Look at so many mailboxes at once")
      ->check(CLI::Range(1, kMostThreads).description(""))
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--json", options.json, "One JSON object a line");
}

std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  app.failure_message([](const CLI::App* program, const CLI::Error& error) {
    return program->get_name() + ": " + error.what() + "; try --help\n";
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUnusable;
  }
  return std::nullopt;
}

std::optional<Opened> open(const char* program, const Options& options) {
  daemons::SettingsFile file = daemons::read_settings(options.config_file);
  if (!options.mailboxes_dir.empty()) {
    if (auto wrong =
            file.settings.set("mailboxes_dir", options.mailboxes_dir)) {
      file.errors.push_back("--mailboxes-dir: " + *wrong);
    }
  }
  if (file.errors.empty() && !file.settings.is_set("mail_domain") &&
      !file.settings.is_set("mailboxes_dir")) {
    file.errors.push_back(options.config_file + ": mail_domain is not set");
  }
  for (const std::string& wrong : file.errors) {
    std::fprintf(stderr, "%s: %s\n", program, wrong.c_str());
  }
  if (!file.errors.empty()) return std::nullopt;
  std::string error;
  auto mailboxes =
      mailbox::Mailboxes::open(file.settings.mailboxes_dir(), error);
  if (!mailboxes) {
    std::fprintf(stderr, "%s: %s\n", program, error.c_str());
    return std::nullopt;
  }
  return Opened{std::move(file.settings), std::move(*mailboxes)};
}

std::time_t now_of(const Options& options, std::time_t now) {
  constexpr std::time_t day = 86'400;
  return now - static_cast<std::time_t>(options.days) * day;
}

std::string to_line(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false,
                    nlohmann::ordered_json::error_handler_t::replace) +
         "\n";
}

int guarded(const char* program, const std::function<int()>& work) noexcept {
  try {
    return work();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", program, error.what());
  } catch (...) {
    std::fprintf(stderr, "%s: failed\n", program);
  }
  return kExitIncomplete;
}

bool flushed(const char* program) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  std::fprintf(stderr, "%s: standard output: %s\n", program,
               std::strerror(errno));
  return false;
}

}  // namespace sweep
