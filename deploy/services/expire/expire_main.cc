// chatmail-expire: once a day, removes old messages and unused mailboxes.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <string>

#include "daemon/log.h"
#include "deploy/services/expire/expiry.h"
#include "deploy/services/sweep/options.h"
#include "deploy/services/sweep/parallel.h"
#include "deploy/services/sweep/printer.h"
#include "mailbox/removal.h"

namespace {

constexpr char kName[] = "chatmail-expire";

struct ExpireOptions {
  sweep::Options common;
  bool removes = false;
  bool dry_run = false;
  bool verbose = false;
};

std::string complaint(const std::string& about,
                      const expire::Outcome& outcome) {
  const bool left = outcome.kind == expire::Outcome::Kind::kLeftAlone;
  return std::string(kName) + ": " + daemons::printable(about, 300) +
         (left ? ": left alone: " : ": ") +
         daemons::printable(outcome.error, 300) + "\n";
}

// Of runs that were broken off; how many could not be taken away.
int remove_leftovers(const mailbox::Mailboxes& mailboxes,
                     const sweep::Names& names) {
  int failures = 0;
  for (const std::string& name : names.leftovers) {
    const auto result = mailbox::remove_leftover(mailboxes, name);
    if (result.kind != mailbox::Removed::kFailed) continue;
    ++failures;
    std::fprintf(stderr, "%s: %s: %s\n", kName, name.c_str(),
                 daemons::printable(result.error).c_str());
  }
  return failures;
}

int run(const ExpireOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto opened = sweep::open(kName, options.common);
  if (!opened) return sweep::kExitUnusable;
  std::string error;
  const expire::Retention retention = expire::retention_of(
      opened->settings, sweep::now_of(options.common, std::time(nullptr)));
  auto names = sweep::names_in(opened->mailboxes, error);
  if (!names) {
    std::fprintf(stderr, "%s: %s\n", kName, error.c_str());
    return sweep::kExitIncomplete;
  }
  if (options.common.most && *options.common.most < names->mailboxes.size()) {
    names->mailboxes.resize(*options.common.most);
  }
  int failures = 0;
  if (options.removes) failures += remove_leftovers(opened->mailboxes, *names);

  const expire::Wording wording{!options.removes, options.common.json};
  const expire::Expiry expiry(
      opened->mailboxes, retention,
      {options.removes, !options.removes || options.verbose});
  expire::Summary summary;
  {
    std::mutex mutex;  // of the summary
    const auto count = names->mailboxes.size();
    sweep::Printer printer({stdout, stderr, isatty(STDERR_FILENO) == 1}, count);
    sweep::in_parallel(count, options.common.threads, [&](std::size_t index) {
      const std::string& name = names->mailboxes[index];
      const expire::Outcome outcome = expiry.expire(name);
      {
        const std::lock_guard lock(mutex);
        summary.add(outcome);
      }
      printer.print(
          index,
          {expire::lines_of(wording, opened->mailboxes.path_of(name), outcome),
           outcome.error.empty() ? std::string() : complaint(name, outcome)});
    });
  }
  const std::chrono::duration<double> spent =
      std::chrono::steady_clock::now() - begin;
  std::fputs(expire::line_of(wording, summary, spent.count()).c_str(), stdout);
  if (!sweep::flushed(kName)) return sweep::kExitIncomplete;
  return failures == 0 && summary.errors == 0 ? sweep::kExitDone
                                              : sweep::kExitIncomplete;
}

int run_program(int argc, char** argv) {
  ExpireOptions options;
  CLI::App app(
      "Removes old messages and unused mailboxes of a chatmail relay.  "
      "Without --remove, says what would go.",
      kName);
  sweep::add_settings_options(app, options.common, std::getenv("CHATMAIL_INI"));
  sweep::add_sweep_options(app, options.common);
  auto* remove = app.add_flag("--remove", options.removes, "Remove it");
  app.add_flag("--dry-run", options.dry_run,
               "Change nothing, and say what would go (the default)")
      ->excludes(remove);
  app.add_flag("-v,--verbose", options.verbose, "With --remove, say what went");
  if (const auto status = sweep::parse(app, argc, argv)) return *status;
  return run(options);
}

}  // namespace

int main(int argc, char** argv) {
  return sweep::guarded(kName, [&] { return run_program(argc, argv); });
}
