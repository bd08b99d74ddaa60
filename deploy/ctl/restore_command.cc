// `chatmail restore`: a backup into a relay again.

#include <memory>
#include <ostream>
#include <string>

#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/moving_options.h"
#include "deploy/moving/restore.h"

namespace ctl {
namespace {

struct RestoreOptions {
  std::string without;
  bool json = false;
  moving::RestoreOptions restore;
};

std::string last_word(const RestoreOptions& options,
                      const moving::RestoreResult& result) {
  if (!result.good) return "It did not work; see what is marked with !";
  if (options.restore.dry_run) {
    return "Nothing was changed: this was a dry run";
  }
  if (!options.restore.root.empty()) return "All is below the folder";
  const bool is_usual = result.config_file == "/etc/chatmail/chatmail.ini";
  return "The relay's files are back.  Next: chatmail run" +
         (is_usual ? "" : " --config " + result.config_file) +
         ", which starts it";
}

int run_restore(RestoreOptions options, Surroundings& surroundings) {
  std::string error;
  const auto without = read_parts(options.without, error);
  if (!without) {
    surroundings.err << "chatmail restore: " << error << '\n';
    return kExitUnusable;
  }
  options.restore.without = *without;
  options.restore.now = surroundings.now;
  options.restore.on_progress = tally_progress(surroundings, "restoring:");
  installation::Story story(surroundings.out, surroundings.colour,
                            options.json);
  const moving::RestoreResult result = moving::restore(options.restore, story);
  story.end(last_word(options, result), result.good);
  return result.good ? kExitDone : kExitDiffers;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "restore", "Put a backup in place, on this host or on a new one");
  const auto options = std::make_shared<RestoreOptions>();
  command
      ->add_option("file", options->restore.file, "What chatmail backup made")
      ->required()
      ->type_name("FILE");
  command->add_flag("--dry-run", options->restore.dry_run,
                    "Look at all of it, and show what would change");
  command->add_flag("--force", options->restore.force,
                    "Although mailboxes or another relay are here: they are\n"
                    "put aside, and a relay that runs is stopped");
  command
      ->add_option("--without", options->without,
                   "Leave these as they are here: settings, keys,\n"
                   "certificates, state, page, mailboxes, queue")
      ->type_name("A,B");
  command
      ->add_option("--root", options->restore.root,
                   "Below this folder instead of /; no program is stopped")
      ->type_name("FOLDER");
  command->add_flag("--json", options->json, "One JSON object a line");
  command->footer(
      "The whole archive is looked at before anything is touched.\n"
      "\nExit status: 0 done, 1 it could not be restored, 2 it could not be\n"
      "tried.");
  command->callback([options, &surroundings, &exit_status] {
    exit_status = run_restore(*options, surroundings);
  });
}

}  // namespace

const Command kRestoreCommand = {.name = "restore", .declare = declare};

}  // namespace ctl
