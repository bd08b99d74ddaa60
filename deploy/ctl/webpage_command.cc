// `chatmail webpage`: builds the relay's web page.

#include <memory>
#include <ostream>
#include <string>

#include "daemon/settings.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/webpage/publication.h"
#include "deploy/webpage/site.h"

namespace ctl {
namespace {

struct WebpageOptions {
  std::string config_file;
  std::string output = "/var/www/html";
  bool dry_run = false;
};

int run_webpage(const WebpageOptions& options, Surroundings& surroundings) {
  const std::string& config = options.config_file.empty()
                                  ? surroundings.config_file
                                  : options.config_file;
  const daemons::SettingsFile file = daemons::read_settings(config);
  tell_notes(file.warnings, surroundings);
  for (const std::string& error : file.errors) {
    surroundings.err << "chatmail webpage: " << without_controls(error) << '\n';
  }
  if (!file.errors.empty()) return kExitUnusable;
  const webpage::Site site = webpage::build_site(file.settings, config);
  for (const std::string& error : site.errors) {
    surroundings.err << "chatmail webpage: " << without_controls(error) << '\n';
  }
  if (!site.errors.empty()) {
    surroundings.err << "chatmail webpage: nothing was written\n";
    return kExitUnusable;
  }
  const webpage::Publication publication =
      webpage::publish(site, options.output, options.dry_run);
  for (const std::string& name : publication.written) {
    surroundings.out << (options.dry_run ? "would write " : "wrote ")
                     << options.output << '/' << without_controls(name) << '\n';
  }
  if (!publication.error.empty()) {
    surroundings.err << "chatmail webpage: "
                     << without_controls(publication.error) << '\n';
    return kExitUnusable;
  }
  surroundings.out << site.files.size() << " files, "
                   << publication.written.size() << " changed\n";
  return kExitDone;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command =
      app.add_subcommand("webpage", "Builds the web page of the relay");
  const auto options = std::make_shared<WebpageOptions>();
  command
      ->add_option("--config", options->config_file,
                   "The relay's chatmail.ini\n"
                   "(default: /etc/chatmail/chatmail.ini, or CHATMAIL_INI)")
      ->type_name("FILE");
  command
      ->add_option("--output", options->output,
                   "Where the pages go (default: /var/www/html)")
      ->type_name("DIRECTORY");
  command->add_flag("--dry-run", options->dry_run,
                    "Only says which files would change");
  command->footer(
      "The sources are those of www_folder in chatmail.ini, or the shipped "
      "ones.\nWhat a page needs and chatmail.ini does not have is an error: "
      "then nothing\nis written.");
  command->callback([options, &surroundings, &exit_status] {
    exit_status = run_webpage(*options, surroundings);
  });
}

}  // namespace

const Command kWebpageCommand = {.name = "webpage", .declare = declare};

}  // namespace ctl
