// `chatmail init`: a chatmail.ini to begin with.

#include <unistd.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "daemon/mail_domain.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/json_text.h"
#include "deploy/ctl/new_settings.h"
#include "deploy/machine/file.h"

namespace ctl {
namespace {

struct InitOptions {
  std::string config_file;
  std::string domain;
  bool force = false;
  bool json = false;
};

int complain(Surroundings& surroundings, const std::string& what, int status) {
  surroundings.err << "chatmail init: " << without_controls(what) << '\n';
  return status;
}

int run_init(const InitOptions& options, Surroundings& surroundings) {
  std::string domain = options.domain;
  for (char& c : domain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (!daemons::is_mail_domain(domain)) {
    return complain(
        surroundings,
        "'" + options.domain + "' is neither a domain name nor an IP address",
        kExitUnusable);
  }
  const std::string& path = options.config_file;
  const bool exists = access(path.c_str(), F_OK) == 0;
  if (exists && !options.force) {
    return complain(surroundings,
                    path +
                        " is there already and stays as it is; --force "
                        "replaces it and keeps it as " +
                        path + std::string(machine::kBackupSuffix),
                    kExitDiffers);
  }
  if (exists) {
    const std::string error = machine::keep_backup(path);
    if (!error.empty()) return complain(surroundings, error, kExitUnusable);
  }
  const std::string error =
      machine::replace_file(path, new_settings(domain), {});
  if (!error.empty()) return complain(surroundings, error, kExitUnusable);
  if (options.json) {
    surroundings.out << to_line({{"file", path},
                                 {"mail_domain", domain},
                                 {"replaced", exists}})
                     << '\n';
    return kExitDone;
  }
  surroundings.out
      << path << " is written.  Next:\n"
      << "  1. write your contact into it: privacy_postal, privacy_mail\n"
      << "  2. chatmail dns --zonefile   what to tell the DNS\n"
      << "  3. chatmail run              makes this host the relay\n";
  return kExitDone;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command =
      app.add_subcommand("init", "A chatmail.ini to begin with");
  const auto options = std::make_shared<InitOptions>();
  options->config_file = surroundings.config_file;
  command
      ->add_option("DOMAIN", options->domain,
                   "Of the addresses; an IP address for a relay without a name")
      ->required()
      ->type_name("");
  command
      ->add_option("--config", options->config_file,
                   "The file to write (default: that of $CHATMAIL_INI, or\n"
                   "/etc/chatmail/chatmail.ini)")
      ->type_name("FILE");
  command->add_flag("--force", options->force,
                    "Replace the file that is there");
  command->add_flag("--json", options->json,
                    "One JSON object: file, mail_domain, replaced");
  command->callback([options, &surroundings, &exit_status] {
    exit_status = run_init(*options, surroundings);
  });
}

}  // namespace

const Command kInitCommand = {.name = "init", .declare = declare};

}  // namespace ctl
