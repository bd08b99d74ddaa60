// `chatmail account`: the accounts of the relay, and who may have one.

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

#include "deploy/ctl/account.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"

namespace ctl {
namespace {

using Task = int (*)(const AccountTask&);

constexpr std::int64_t kMostUses = 1'000'000'000;

constexpr const char* kExamples =
    "\nExamples:\n"
    "  # Who has not been there since spring\n"
    "  chatmail account list --json | jq -r \\\n"
    "      'select(.last_login < 1777593600) | .address'\n\n"
    "  # Ten accounts for a summer camp, by a link\n"
    "  chatmail account invite create --uses 10 --expires 30d\n\n"
    "Exit status: 0 done, 1 there is no such account or invite, or an import\n"
    "refused some, 2 it could not be done; the standard error says why.";

// What all of them need, in one place.
class Declaration {
 public:
  Declaration(Surroundings& surroundings, int& exit_status)
      : options_(std::make_shared<AccountOptions>()),
        surroundings_(surroundings),
        exit_status_(exit_status) {
    options_->config_file = surroundings.config_file;
  }

  CommandLine* add(CommandLine& parent, const char* name, const char* about,
                   Task task) const {
    CommandLine* command = parent.add_subcommand(name, about);
    command
        ->add_option("--config", options_->config_file,
                     "The relay's chatmail.ini (default: that of\n"
                     "$CHATMAIL_INI, or /etc/chatmail/chatmail.ini)")
        ->type_name("FILE");
    command->add_flag("--json", options_->json, "One JSON object a line");
    command->callback([options = options_, &surroundings = surroundings_,
                       &exit_status = exit_status_, task] {
      std::string error;
      const auto relay = open_relay(options->config_file, surroundings, error);
      if (relay) {
        exit_status = task({*options, *relay, surroundings});
      } else {
        surroundings.err << "chatmail account: " << without_controls(error)
                         << '\n';
        exit_status = kExitUnusable;
      }
    });
    return command;
  }
  CommandLine* add_with_address(CommandLine& parent, const char* name,
                                const char* about, Task task) const {
    CommandLine* command = add(parent, name, about, task);
    command->add_option("ADDRESS", options_->address, "Of the account")
        ->required()
        ->type_name("");
    return command;
  }
  AccountOptions& options() const { return *options_; }

 private:
  std::shared_ptr<AccountOptions> options_;
  Surroundings& surroundings_;
  int& exit_status_;
};

void declare_invites(CommandLine& account, const Declaration& declaration) {
  AccountOptions& options = declaration.options();
  CommandLine* invite = account.add_subcommand(
      "invite", "Tokens, by which who has one gets an account");
  invite->require_subcommand();
  CommandLine* create = declaration.add(
      *invite, "create", "Makes a token, and the link to give away",
      create_invite);
  create
      ->add_option("--uses", options.uses,
                   "Accounts that it makes (default: no limit)")
      ->type_name("N")
      ->range(1, kMostUses);
  create
      ->add_option("--expires", options.expires,
                   "30d, 12h, or the last day: 2026-12-31 (UTC)\n"
                   "(default: never)")
      ->type_name("TIME");
  create->add_option("--comment", options.comment, "For whom it is")
      ->type_name("TEXT");
  create
      ->add_option("--token", options.token,
                   "8 to 32 letters and digits (default: 16 that\n"
                   "nobody can guess)")
      ->type_name("TOKEN");
  declaration.add(*invite, "list", "All tokens, and what is left of them",
                  list_invites);
  CommandLine* revoke = declaration.add(
      *invite, "revoke", "Takes a token back; accounts made by it stay",
      revoke_invite);
  revoke->add_option("TOKEN", options.token)->required()->type_name("");
}

void declare_account(CommandLine& app, Surroundings& surroundings,
                     int& exit_status) {
  const Declaration declaration(surroundings, exit_status);
  AccountOptions& options = declaration.options();
  CommandLine* account = app.add_subcommand(
      "account", "The accounts of the relay, and who may have one");
  account->require_subcommand();
  account->footer(kExamples);
  CommandLine* list =
      declaration.add(*account, "list",
                      "Each account with its state and the day of its last "
                      "login",
                      list_accounts);
  list->add_option("--state", options.state,
                   "Only those: enforcing, takes-cleartext or disabled")
      ->type_name("WORD")
      ->one_of({"enforcing", "takes-cleartext", "disabled"});
  declaration.add_with_address(*account, "show", "All about one account",
                               show_account);
  declaration.add_with_address(*account, "disable",
                               "Mail from and to it is dropped from now on",
                               disable_account);
  declaration.add_with_address(*account, "enable", "No longer", enable_account);
  CommandLine* remove = declaration.add_with_address(
      *account, "delete", "The account and its messages, for good",
      delete_account);
  remove->add_flag("--yes", options.is_confirmed, "Does not ask");
  CommandLine* expire = declaration.add_with_address(
      *account, "expire",
      "What the daily expiry would take from it by its rules", expire_account);
  expire->add_flag("--remove", options.removes, "Takes it");
  CommandLine* import = declaration.add(
      *account, "import",
      "Accounts of an old SQLite password base; none that is there is changed",
      import_accounts);
  import
      ->add_option("FILE", options.file,
                   "The password base (default: passdb_path)")
      ->type_name("");
  import->add_flag("--dry-run", options.dry_run,
                   "Says what would come of it, and changes nothing");
  declare_invites(*account, declaration);
}

}  // namespace

int AccountTask::complain(const std::string& what, int status) const {
  surroundings.err << "chatmail account: " << without_controls(what) << '\n';
  return status;
}

const Command kAccountCommand = {"account", declare_account};

}  // namespace ctl
