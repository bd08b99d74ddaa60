// `chatmail uninstall`: this host as it was before the relay.

#include <unistd.h>

#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/remote.h"
#include "deploy/installation/installer.h"
#include "deploy/relay/site.h"

namespace ctl {
namespace {

struct UninstallOptions {
  std::string config_file;
  std::string ssh_host;
  bool yes = false;
  bool json = false;
  installation::RemovalOptions removal;
};

int complain(Surroundings& surroundings, const std::string& what) {
  surroundings.err << "chatmail uninstall: " << without_controls(what) << '\n';
  return kExitUnusable;
}

// What cannot be undone wants the name of the relay, typed by somebody.
bool is_meant(const UninstallOptions& options, const std::string& domain,
              Surroundings& surroundings) {
  if (!options.removal.purge || options.yes || options.removal.dry_run) {
    return true;
  }
  if (!surroundings.asks) return false;
  surroundings.err << "All mailboxes and keys of " << domain
                   << " will be gone.  Type its name to go on: " << std::flush;
  std::string answer;
  std::getline(surroundings.in, answer);
  return answer == domain;
}

int run_uninstall(const UninstallOptions& options, Surroundings& surroundings) {
  const std::string config = options.config_file.empty()
                                 ? surroundings.config_file
                                 : options.config_file;
  const daemons::SettingsFile file = daemons::read_settings(config);
  const relay::SiteResult made =
      relay::make_site(file.settings, relay::this_host(file.settings));
  std::vector<std::string> errors = file.errors;
  errors.insert(errors.end(), made.errors.begin(), made.errors.end());
  for (const std::string& error : errors) complain(surroundings, error);
  // Which files and units are ours does not hang on a value that is wrong;
  // which mailboxes and keys are does.
  if (!errors.empty() &&
      (options.removal.purge || !file.settings.is_set("mail_domain"))) {
    return kExitUnusable;
  }
  if (geteuid() != 0 && !options.removal.dry_run &&
      options.removal.root.empty()) {
    return complain(surroundings, "you are not root; run it with sudo");
  }
  if (!is_meant(options, made.site.mail_domain, surroundings)) {
    return complain(surroundings,
                    "nothing was removed; --purge without a terminal wants "
                    "--yes");
  }
  installation::Story story(surroundings.out, surroundings.colour, options.json,
                            {.rewrites = surroundings.rewrites});
  const bool good =
      installation::uninstall(file.settings, made.site, options.removal, story);
  story.end(!good ? "It did not work; see what is marked with !"
            : options.removal.dry_run
                ? "Nothing was removed: this was a dry run"
                : "The relay is gone; its programs go with: apt-get purge "
                  "chatmilter",
            good);
  return good ? kExitDone : kExitDiffers;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "uninstall", "Take the relay away, and put back what was there before");
  const auto options = std::make_shared<UninstallOptions>();
  command
      ->add_option("--config", options->config_file,
                   "The relay's chatmail.ini\n"
                   "(default: /etc/chatmail/chatmail.ini, or CHATMAIL_INI)")
      ->type_name("FILE");
  command->add_flag("--purge", options->removal.purge,
                    "Also mailboxes, keys and chatmail.ini: nothing of them "
                    "comes back");
  command->add_flag("--yes", options->yes, "Do not ask");
  command->add_flag("--dry-run", options->removal.dry_run,
                    "Change nothing; show what would go");
  command
      ->add_option("--root", options->removal.root,
                   "Below this folder instead of /; no program is started")
      ->type_name("FOLDER");
  command->add_flag("--json", options->json, "One JSON object a line");
  add_ssh_host(*command, options->ssh_host);
  command->callback([options, &surroundings, &exit_status] {
    exit_status = options->ssh_host.empty()
                      ? run_uninstall(*options, surroundings)
                      : run_there(options->ssh_host, surroundings);
  });
}

}  // namespace

const Command kUninstallCommand = {.name = "uninstall", .declare = declare};

}  // namespace ctl
