// `chatmail dkim`: the relay's keys, their records, and what is signed.

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <system_error>

#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/dkim.h"

namespace ctl {
namespace {

using Task = int (*)(const DkimTask&);

constexpr const char* kExamples =
    "\nExamples:\n"
    "  # A new key beside the one in use, to go over to later\n"
    "  chatmail dkim keygen --selector 2027 --key "
    "/etc/dkimkeys/2027.private\n\n"
    "  # Does the world see our record?\n"
    "  chatmail dkim test --server 9.9.9.9\n\n"
    "Exit status: 0 done and all is right, 1 a signature does not pass, 2 it\n"
    "could not be done; the standard error says why.";

int run(const DkimOptions& options, Surroundings& surroundings, Task task) {
  // Without the usual file, options may say all that it would.
  std::error_code ignored;
  daemons::Settings settings;
  if (options.config_file != surroundings.config_file ||
      std::filesystem::exists(options.config_file, ignored)) {
    daemons::SettingsFile file = daemons::read_settings(options.config_file);
    if (!file.errors.empty()) {
      surroundings.err << "chatmail dkim: "
                       << without_controls(file.errors.front()) << '\n';
      return kExitUnusable;
    }
    settings = std::move(file.settings);
  }
  return task({options, settings, surroundings});
}

void add_key_options(CommandLine& command, DkimOptions& options) {
  command
      .add_option("--key", options.key_file,
                  "The private key (default: dkim_key and\n"
                  "dkim_key_ed25519 of chatmail.ini)")
      ->type_name("FILE");
  command
      .add_option("--selector", options.selector,
                  "Its selector (default: that of chatmail.ini)")
      ->type_name("NAME");
  command
      .add_option("--domain", options.domain,
                  "Its domain (default: mail_domain)")
      ->type_name("NAME");
}

void add_dns_options(CommandLine& command, DkimOptions& options) {
  command
      .add_option("--server", options.servers,
                  "A name server to ask, ADDRESS or ADDRESS@PORT\n"
                  "(default: dns_forwarders, or /etc/resolv.conf)")
      ->type_name("ADDRESS");
  command
      .add_option("--dns", options.dns_file,
                  "A JSON table of TXT records instead of the DNS")
      ->type_name("FILE");
}

void declare_dkim(CommandLine& app, Surroundings& surroundings,
                  int& exit_status) {
  const auto options = std::make_shared<DkimOptions>();
  options->config_file = surroundings.config_file;
  CommandLine* dkim = app.add_subcommand(
      "dkim", "The relay's DKIM keys, their records, and signatures");
  dkim->require_subcommand();
  dkim->footer(kExamples);
  const auto add = [&](const char* name, const char* about, Task task) {
    CommandLine* command = dkim->add_subcommand(name, about);
    command
        ->add_option("--config", options->config_file,
                     "The relay's chatmail.ini (default: that of\n"
                     "$CHATMAIL_INI, or /etc/chatmail/chatmail.ini)")
        ->type_name("FILE");
    command->add_flag("--json", options->json, "One JSON object a line");
    command->callback([options, &surroundings, &exit_status, task] {
      exit_status = run(*options, surroundings, task);
    });
    return command;
  };
  CommandLine* keygen =
      add("keygen", "Makes a key, never over another", make_dkim_key);
  keygen
      ->add_option("--type", options->type,
                   "rsa, of 2048 bits, or ed25519 (default: rsa)")
      ->type_name("WORD")
      ->one_of({"rsa", "ed25519"});
  add_key_options(*keygen, *options);
  add_key_options(
      *add("record", "What to put into the zone", print_dkim_records),
      *options);
  CommandLine* verify =
      add("verify", "Each signature of a message", verify_dkim_file);
  verify
      ->add_option("FILE", options->message_file,
                   "The message; - is the standard input")
      ->required()
      ->type_name("");
  add_dns_options(*verify, *options);
  CommandLine* test = add(
      "test", "Signs as the relay does and verifies as others do, by the DNS",
      test_dkim_keys);
  add_key_options(*test, *options);
  add_dns_options(*test, *options);
}

}  // namespace

const Command kDkimCommand = {"dkim", declare_dkim};

}  // namespace ctl
