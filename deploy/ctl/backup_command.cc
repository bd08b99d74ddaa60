// `chatmail backup`: all that makes the relay that relay, in one file.

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "daemon/settings.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/moving_options.h"
#include "deploy/moving/backup.h"
#include "deploy/moving/carrier.h"
#include "deploy/relay/site.h"

namespace ctl {
namespace {

struct BackupOptions {
  std::string config_file;
  std::string without;
  bool json = false;
  moving::BackupOptions backup;
};

int complain(Surroundings& surroundings, const std::string& what) {
  surroundings.err << "chatmail backup: " << without_controls(what) << '\n';
  return kExitUnusable;
}

void print_json(const moving::BackupResult& result, const std::string& domain,
                const std::string& file, std::ostream& out) {
  nlohmann::ordered_json parts = nlohmann::ordered_json::object();
  for (const auto& [part, tally] : result.parts) {
    parts[std::string(moving::name_of(part))] = {{"files", tally.files},
                                                 {"octets", tally.octets}};
  }
  const nlohmann::ordered_json all = {
      {"file", file},
      {"mail_domain", domain},
      {"accounts", result.accounts},
      {"parts", parts},
      {"archive_octets", result.archive_octets}};
  out << all.dump(-1, ' ', false,
                  nlohmann::ordered_json::error_handler_t::replace)
      << '\n';
}

void print_text(const moving::BackupResult& result, const std::string& domain,
                const std::string& file, std::ostream& out) {
  out << fmt::format("{}, {}\n", domain,
                     moving::counted(result.accounts, "account"));
  for (const auto& [part, tally] : result.parts) {
    out << fmt::format("  {:<12} {:>15}  {:>12}\n", moving::name_of(part),
                       moving::counted(tally.files, "file"),
                       moving::size_text(tally.octets));
  }
  if (file == "-") return;
  out << fmt::format(
      "{}: {}, for its owner alone: it holds mail and keys\n"
      "Back again, here or on another host: chatmail restore {}\n",
      without_controls(file), moving::size_text(result.archive_octets),
      without_controls(file));
}

// Whose chatmail.ini it is; false after an error was told.
bool read_relay(const std::string& config, Surroundings& surroundings,
                daemons::Settings& settings, relay::Site& site) {
  daemons::SettingsFile file = daemons::read_settings(config);
  for (const std::string& error : file.errors) complain(surroundings, error);
  if (!file.errors.empty()) return false;
  relay::SiteResult made =
      relay::make_site(file.settings, relay::this_host(file.settings));
  for (const std::string& error : made.errors) complain(surroundings, error);
  settings = std::move(file.settings);
  site = std::move(made.site);
  return made.errors.empty();
}

int run_backup(BackupOptions options, Surroundings& surroundings) {
  std::string error;
  const auto without = read_parts(options.without, error);
  if (!without) return complain(surroundings, error);
  if (without->contains(moving::Part::kSettings)) {
    return complain(surroundings, "the settings are always in a backup");
  }
  moving::BackupOptions& backup = options.backup;
  backup.without = *without;
  backup.now = surroundings.now;
  backup.config_file = options.config_file.empty() ? surroundings.config_file
                                                   : options.config_file;
  daemons::Settings settings;
  relay::Site site;
  if (!read_relay(backup.root + backup.config_file, surroundings, settings,
                  site)) {
    return kExitUnusable;
  }
  if (geteuid() != 0 && backup.root.empty()) {
    return complain(surroundings, "you are not root; run it with sudo");
  }
  if (backup.file.empty()) {
    backup.file =
        fmt::format("{}-{:%Y%m%d-%H%M%S}.tar.zst", site.mail_domain,
                    fmt::gmtime(static_cast<std::time_t>(surroundings.now)));
  } else if (backup.file == "-" && isatty(STDOUT_FILENO) == 1) {
    return complain(surroundings,
                    "an archive does not go to a terminal; name a file");
  }
  backup.on_progress = tally_progress(surroundings, "backing up:");
  const moving::BackupResult result = moving::back_up(settings, site, backup);
  if (backup.on_progress) backup.on_progress({});
  if (!result.error.empty()) {
    complain(surroundings, result.error + "; there is no backup");
    return kExitDiffers;
  }
  std::ostream& out = backup.file == "-" ? surroundings.err : surroundings.out;
  if (options.json) {
    print_json(result, site.mail_domain, backup.file, out);
  } else {
    print_text(result, site.mail_domain, backup.file, out);
  }
  return kExitDone;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "backup", "Mailboxes, keys, certificates, queue, settings in one file");
  const auto options = std::make_shared<BackupOptions>();
  command
      ->add_option("file", options->backup.file,
                   "The archive, a tar file compressed with zstd; - is the\n"
                   "standard output (default: DOMAIN-DATE-TIME.tar.zst here)")
      ->type_name("FILE");
  command
      ->add_option("--config", options->config_file,
                   "The relay's chatmail.ini\n"
                   "(default: /etc/chatmail/chatmail.ini, or CHATMAIL_INI)")
      ->type_name("FILE");
  command
      ->add_option("--without", options->without,
                   "Not these of keys, certificates, state, page, mailboxes,\n"
                   "queue")
      ->type_name("A,B");
  command
      ->add_option("--root", options->backup.root,
                   "The relay is below this folder instead of /")
      ->type_name("FOLDER");
  command->add_flag("--json", options->json, "One JSON object");
  command->footer(
      "The relay may run meanwhile.\n"
      "\nExit status: 0 done, 1 there is no backup, 2 it could not be tried;\n"
      "the standard error says why.");
  command->callback([options, &surroundings, &exit_status] {
    exit_status = run_backup(*options, surroundings);
  });
}

}  // namespace

const Command kBackupCommand = {.name = "backup", .declare = declare};

}  // namespace ctl
