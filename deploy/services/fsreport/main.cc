// chatmail-fsreport: what the mailboxes take of the disk, and who is there.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <optional>
#include <string>

#include "daemon/log.h"
#include "deploy/services/fsreport/exposition.h"
#include "deploy/services/fsreport/report.h"
#include "deploy/services/fsreport/textfile.h"
#include "deploy/services/fsreport/usage.h"
#include "deploy/services/sweep/options.h"
#include "deploy/services/sweep/parallel.h"
#include "deploy/services/sweep/printer.h"

namespace {

constexpr char kName[] = "chatmail-fsreport";
constexpr char kTextfile[] = "fsreport.prom";
constexpr char kLegacyFile[] = "/var/www/html/metrics";

struct ReportOptions {
  sweep::Options common;
  fsreport::Question question;
  std::string textfile;
  std::optional<std::string> legacy_file;
};

std::optional<fsreport::Usage> look(const ReportOptions& options,
                                    const mailbox::Mailboxes& mailboxes) {
  std::string error;
  auto names = sweep::names_in(mailboxes, error);
  if (!names) {
    std::fprintf(stderr, "%s: %s\n", kName, error.c_str());
    return std::nullopt;
  }
  if (options.common.most && *options.common.most < names->mailboxes.size()) {
    names->mailboxes.resize(*options.common.most);
  }
  fsreport::Usage usage;
  std::mutex mutex;  // of the usage
  const auto count = names->mailboxes.size();
  sweep::Printer printer({stdout, stderr, isatty(STDERR_FILENO) == 1}, count);
  sweep::in_parallel(count, options.common.threads, [&](std::size_t index) {
    const std::string& name = names->mailboxes[index];
    std::string wrong;
    const fsreport::Usage one =
        usage_of(mailboxes, name, options.question, wrong);
    {
      const std::lock_guard lock(mutex);
      usage.add(one);
    }
    if (!wrong.empty()) {
      wrong = std::string(kName) + ": " + daemons::printable(name, 300) + ": " +
              daemons::printable(wrong) + "\n";
    }
    printer.print(index, {{}, std::move(wrong)});
  });
  return usage;
}

bool write(const std::string& path, const std::string& text) {
  const auto wrong = fsreport::write_textfile(path, text);
  if (wrong) std::fprintf(stderr, "%s: %s\n", kName, wrong->c_str());
  return !wrong;
}

int run(ReportOptions& options) {
  const auto opened = sweep::open(kName, options.common);
  if (!opened) return sweep::kExitUnusable;
  options.question.now = sweep::now_of(options.common, std::time(nullptr));
  const auto usage = look(options, opened->mailboxes);
  if (!usage) return sweep::kExitIncomplete;
  bool good = usage->errors == 0;
  if (!options.textfile.empty()) {
    good &= write(fsreport::file_at(options.textfile, kTextfile),
                  fsreport::exposition(*usage));
  }
  if (options.legacy_file) {
    good &= write(*options.legacy_file, fsreport::legacy_exposition(*usage));
  }
  if (options.common.json) {
    std::fputs(json_report(*usage, options.question).c_str(), stdout);
  } else if (options.textfile.empty() && !options.legacy_file) {
    std::fputs(report(*usage, options.question).c_str(), stdout);
  }
  good &= sweep::flushed(kName);
  return good ? sweep::kExitDone : sweep::kExitIncomplete;
}

int run_program(int argc, char** argv) {
  ReportOptions options;
  CLI::App app(
      "Says what the mailboxes of a chatmail relay take of the disk, and how "
      "many of its users are there.",
      kName);
  sweep::add_settings_options(app, options.common, std::getenv("CHATMAIL_INI"));
  sweep::add_sweep_options(app, options.common);
  constexpr int most_days = 36'500;
  app.add_option("--min-login-age", options.question.min_login_age,
                 "Of messages, count those of accounts whose last login is at "
                 "least DAYS ago")
      ->check(CLI::Range(0, most_days).description(""))
      ->type_name("DAYS");
  app.add_option("--mdir", options.question.part,
                 "Of messages, count those in cur, new or tmp")
      ->check(CLI::IsMember({"cur", "new", "tmp"}).description(""))
      ->type_name("WORD");
  app.add_option("--textfile", options.textfile,
                 "Write metrics for Prometheus to PATH, or to fsreport.prom "
                 "in the directory PATH")
      ->type_name("PATH");
  app.add_option_function<std::string>(
         "--legacy-metrics",
         [&](const std::string& file) { options.legacy_file = file; },
         "Write the metrics that older relays had (default: "
         "/var/www/html/metrics)")
      ->expected(0, 1)
      ->default_str(kLegacyFile)
      ->type_name("FILE");
  if (const auto status = sweep::parse(app, argc, argv)) return *status;
  return run(options);
}

}  // namespace

int main(int argc, char** argv) {
  return sweep::guarded(kName, [&] { return run_program(argc, argv); });
}
