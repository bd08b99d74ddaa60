// `chatmail migrate`: from a relay of the Python programs to this one, and
// back.

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <istream>
#include <memory>
#include <ostream>
#include <string>

#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/moving_options.h"
#include "deploy/moving/migration.h"
#include "deploy/moving/predecessor.h"
#include "deploy/moving/remote_tree.h"

namespace ctl {
namespace {

struct MigrateOptions {
  bool back = false;
  bool yes = false;
  bool json = false;
  moving::MigrationOptions migration;
};

// A copy of another host's files, gone with this.
struct Copy {
  std::string folder;

  ~Copy() {
    std::error_code ignored;
    if (!folder.empty()) std::filesystem::remove_all(folder, ignored);
  }
};

// What --from names when it is neither a file nor a folder.
bool is_host(const std::string& from) {
  struct stat status {};
  return !from.empty() && from.find('/') == std::string::npos &&
         stat(from.c_str(), &status) != 0;
}

// Fetches the relay of that host into `copy`, and has `migration` read it.
bool fetch(const std::string& host, Copy& copy,
           moving::MigrationOptions& migration, installation::Story& story) {
  story.step("Copying from " + host);
  std::string text;
  if (const auto failure = moving::fetch_text(host, moving::kTheirIni, text)) {
    story.problem(failure->what, failure->remedy);
    return false;
  }
  const moving::Predecessor relay =
      moving::read_predecessor(text, host + ":" + moving::kTheirIni);
  for (const std::string& one : relay.errors) story.problem(one, "");
  if (!relay.errors.empty()) return false;
  if (moving::serves_mail_there(host) && !migration.force) {
    story.problem("mail still comes to " + host,
                  "Stop it there (systemctl stop postfix dovecot), or say "
                  "--force for a copy to try with");
    return false;
  }
  std::string folder = "/var/tmp/chatmail-migration-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    story.problem("/var/tmp: no folder can be made there", "");
    return false;
  }
  copy.folder = folder;
  std::vector<std::string> paths = {moving::kTheirIni};
  for (const moving::Root& root : moving::their_roots(relay.site)) {
    paths.push_back(root.path);
  }
  migration.from = folder + "/relay.tar";
  const auto failure = moving::fetch_tree(host, paths, migration.from);
  if (failure) story.problem(failure->what, failure->remedy);
  return !failure;
}

bool go(const MigrateOptions& options, const moving::MigrationOptions& how,
        installation::Story& story) {
  return options.back ? moving::move_back(how, story)
                      : moving::migrate(how, story);
}

// Services are stopped and files changed: somebody has to want it.
bool is_wanted(const MigrateOptions& options, Surroundings& surroundings) {
  if (options.yes) return true;
  if (!surroundings.asks) return false;
  surroundings.err << "Do this?  Type yes: " << std::flush;
  std::string answer;
  std::getline(surroundings.in, answer);
  return answer == "yes";
}

std::string last_word(const MigrateOptions& options) {
  if (options.back) {
    return "The relay of before can go on.  Next, where its cmdeploy is: "
           "cmdeploy run";
  }
  return "The relay's files are in place.  Next: chatmail run";
}

int run_migrate(const MigrateOptions& options, Surroundings& surroundings) {
  installation::Story story(surroundings.out, surroundings.colour,
                            options.json);
  const auto fail = [&](const std::string& what) {
    story.end(what, false);
    return kExitDiffers;
  };
  const std::string wrong = "It did not work; see what is marked with !";
  moving::MigrationOptions how = options.migration;
  how.now = surroundings.now;
  how.on_progress = tally_progress(surroundings, "copying:");
  Copy copy;
  if (!options.back && is_host(how.from) &&
      !fetch(options.migration.from, copy, how, story)) {
    return fail(wrong);
  }
  const bool only_look = how.dry_run;
  if (!options.yes || only_look) {
    how.dry_run = true;
    if (!go(options, how, story)) return fail(wrong);
    if (only_look) {
      story.end("Nothing was changed: this was a dry run", true);
      return kExitDone;
    }
    if (!is_wanted(options, surroundings)) {
      return fail("Nothing was changed; say --yes to have it done");
    }
    how.dry_run = false;
  }
  const bool good = go(options, how, story);
  if (!good) return fail(wrong);
  story.end(last_word(options), true);
  return kExitDone;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "migrate", "Take over a relay of the Python programs, or give it back");
  const auto options = std::make_shared<MigrateOptions>();
  moving::MigrationOptions& how = options->migration;
  Option* from =
      command
          ->add_option("--from", how.from,
                       "A host, asked as root by ssh; a tar archive; or a\n"
                       "folder with its tree (default: this host)")
          ->type_name("HOST|FILE|FOLDER");
  command
      ->add_option("--ini", how.ini_file,
                   "Its chatmail.ini, where that is in no usual place\n"
                   "(/usr/local/lib/chatmaild/chatmail.ini)")
      ->type_name("FILE");
  command
      ->add_flag("--back", options->back,
                 "This relay, for the Python programs to go on with")
      ->excludes(from);
  command->add_flag("--dry-run", how.dry_run,
                    "Change nothing; show what would change");
  command->add_flag("--yes", options->yes, "Do not ask");
  command->add_flag("--force", how.force,
                    "Although mailboxes or another relay are here, which are\n"
                    "put aside, or mail still comes to the other host");
  command
      ->add_option("--root", how.root,
                   "Below this folder instead of /; no program is started")
      ->type_name("FOLDER");
  command->add_flag("--json", options->json, "One JSON object a line");
  command->footer("Exit status: 0 done, 1 it could not be done.");
  command->callback([options, &surroundings, &exit_status] {
    exit_status = run_migrate(*options, surroundings);
  });
}

}  // namespace

const Command kMigrateCommand = {.name = "migrate", .declare = declare};

}  // namespace ctl
