// `chatmail run`: this host, or another one by ssh, becomes the relay that
// chatmail.ini describes.

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
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

struct RunOptions {
  std::string config_file;
  std::string stages;
  std::string ssh_host;
  std::string package;
  bool json = false;
  installation::Options install;
};

// "install,configure"; false when a word is none of them.
bool read_stages(const std::string& words, installation::Stages& stages) {
  if (words.empty()) return true;
  stages = {.install = false, .configure = false, .activate = false};
  for (const std::string& word : split_at_commas(words)) {
    if (word == "install") {
      stages.install = true;
    } else if (word == "configure") {
      stages.configure = true;
    } else if (word == "activate") {
      stages.activate = true;
    } else {
      return false;
    }
  }
  return true;
}

int complain(Surroundings& surroundings, const std::string& what) {
  surroundings.err << "chatmail run: " << without_controls(what) << '\n';
  return kExitUnusable;
}

std::vector<std::string> remote_words(const RunOptions& options) {
  std::vector<std::string> words = {"chatmail", "run"};
  if (!options.stages.empty()) {
    words.push_back("--stages");
    words.push_back(options.stages);
  }
  if (options.install.dry_run) words.emplace_back("--dry-run");
  if (options.install.skip_dns_check) words.emplace_back("--skip-dns-check");
  if (options.json) words.emplace_back("--json");
  return words;
}

int run_here(const RunOptions& options, const daemons::Settings& settings,
             Surroundings& surroundings) {
  const relay::SiteResult made =
      relay::make_site(settings, relay::this_host(settings));
  for (const std::string& error : made.errors) complain(surroundings, error);
  if (!made.errors.empty()) return kExitUnusable;
  installation::Story story(surroundings.out, surroundings.colour, options.json,
                            {.rewrites = surroundings.rewrites});
  tell_notes(made.warnings, surroundings);
  const bool good =
      installation::install(settings, made.site, options.install, story);
  story.end(!good ? "It did not work; see what is marked with !"
            : options.install.dry_run
                ? "Nothing was changed: this was a dry run"
                : made.site.mail_domain +
                      " is a relay.  Try it: chatmail test; see it: chatmail "
                      "status",
            good);
  return good ? kExitDone : kExitDiffers;
}

int run_on_host(const RunOptions& options, const std::string& config,
                Surroundings& surroundings) {
  if (!options.install.root.empty() || !options.install.templates.empty()) {
    return complain(surroundings,
                    "--root and --templates are of this host, and --ssh-host "
                    "names another");
  }
  if (!options.package.empty() && access(options.package.c_str(), R_OK) != 0) {
    return complain(surroundings,
                    options.package + ": " + std::strerror(errno));
  }
  return run_remotely({.host = options.ssh_host,
                       .config_file = config,
                       .package = options.package,
                       .words = remote_words(options),
                       .dry_run = options.install.dry_run,
                       .json = options.json},
                      surroundings);
}

int run_run(RunOptions options, Surroundings& surroundings) {
  if (options.stages.empty()) {
    const char* const stages = std::getenv("CMDEPLOY_STAGES");  // NOLINT
    if (stages != nullptr) options.stages = stages;
  }
  if (!read_stages(options.stages, options.install.stages)) {
    return complain(surroundings,
                    "--stages takes install, configure and activate, with "
                    "commas between them");
  }
  const std::string config = options.config_file.empty()
                                 ? surroundings.config_file
                                 : options.config_file;
  const bool is_there = access(config.c_str(), F_OK) == 0;
  const bool is_remote = !options.ssh_host.empty();
  // Without settings here, those of that host are meant.
  if (is_remote && !is_there && options.config_file.empty()) {
    return run_on_host(options, "", surroundings);
  }
  const daemons::SettingsFile file = daemons::read_settings(config);
  tell_notes(file.warnings, surroundings);
  for (const std::string& error : file.errors) complain(surroundings, error);
  if (!file.errors.empty()) {
    if (!is_there) {
      complain(surroundings, "make one: chatmail init YOUR.DOMAIN");
    }
    return kExitUnusable;
  }
  if (is_remote) return run_on_host(options, config, surroundings);
  if (!options.package.empty()) {
    return complain(surroundings,
                    "--package is for --ssh-host; here: apt-get install ./" +
                        options.package);
  }
  options.install.now = surroundings.now;
  options.install.config_file = config;
  return run_here(options, file.settings, surroundings);
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "run",
      "Make this host the relay of chatmail.ini, or bring it up to date");
  const auto options = std::make_shared<RunOptions>();
  command
      ->add_option("--config", options->config_file,
                   "The relay's chatmail.ini\n"
                   "(default: /etc/chatmail/chatmail.ini, or CHATMAIL_INI)")
      ->type_name("FILE");
  command->add_flag("--dry-run", options->install.dry_run,
                    "Change nothing; show what would change");
  command->add_flag("--skip-dns-check", options->install.skip_dns_check,
                    "Go on although the world does not know the relay yet");
  command
      ->add_option("--stages", options->stages,
                   "Only these of install, configure, activate\n"
                   "(or the environment's CMDEPLOY_STAGES)")
      ->type_name("A,B");
  command
      ->add_option("--ssh-host", options->ssh_host,
                   "Do it on that host, as root by ssh; --config is copied\n"
                   "there")
      ->type_name("HOST");
  command
      ->add_option("--package", options->package,
                   "With --ssh-host: install this chatmilter_*.deb there first")
      ->type_name("FILE");
  command
      ->add_option("--root", options->install.root,
                   "Write below this folder instead of /; no program is "
                   "started")
      ->type_name("FOLDER");
  command
      ->add_option("--templates", options->install.templates,
                   "Other templates than the shipped ones")
      ->type_name("FOLDER");
  command->add_flag("--json", options->json, "One JSON object a line");
  command->callback([options, &surroundings, &exit_status] {
    exit_status = run_run(*options, surroundings);
  });
}

}  // namespace

const Command kRunCommand = {.name = "run", .declare = declare};

}  // namespace ctl
