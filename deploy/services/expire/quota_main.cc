// chatmail-quota-expire: Dovecot calls it when a mailbox gets full.

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "daemon/log.h"
#include "deploy/services/expire/quota.h"
#include "deploy/services/sweep/options.h"
#include "mailbox/address.h"

namespace {

constexpr char kName[] = "chatmail-quota-expire";

// One mailbox of 8 TB is a slip of the pen.
constexpr std::uint64_t kMostMegabytes = std::uint64_t{1} << 23;

// The account whose directory `path` is; empty when it is none of
// `mailboxes`: the directory above must be that very one, however it is
// spelled.
std::string account_at(std::string path, const mailbox::Mailboxes& mailboxes) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::size_t slash = path.rfind('/');
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const std::string above =
      slash == std::string::npos ? "." : path.substr(0, slash + 1);
  struct stat own {};
  struct stat all {};
  if (!mailbox::is_account_name(name) || stat(above.c_str(), &own) != 0 ||
      fstat(mailboxes.descriptor(), &all) != 0 || own.st_dev != all.st_dev ||
      own.st_ino != all.st_ino) {
    return {};
  }
  return name;
}

int run(const sweep::Options& options, std::uint64_t megabytes,
        const std::string& path) {
  const auto opened = sweep::open(kName, options);
  if (!opened) return sweep::kExitUnusable;
  const std::string name = account_at(path, opened->mailboxes);
  if (name.empty()) {
    std::fprintf(stderr, "%s: %s is no mailbox in %s\n", kName,
                 daemons::printable(path).c_str(),
                 opened->mailboxes.path().c_str());
    return sweep::kExitUnusable;
  }
  const mailbox::OpenResult mailbox = opened->mailboxes.find(name);
  if (mailbox.presence == mailbox::Presence::kAbsent) return sweep::kExitDone;
  std::string error = mailbox.error;
  if (mailbox.presence == mailbox::Presence::kThere) {
    const std::size_t removed =
        expire::shrink(mailbox.mailbox, static_cast<off_t>(megabytes << 20),
                       std::time(nullptr), error);
    // The form that relays' metrics know.
    if (removed > 0) {
      std::fprintf(stderr, "quota-expire: removed %zu message(s) from %s\n",
                   removed, name.c_str());
    }
  }
  if (error.empty()) return sweep::kExitDone;
  std::fprintf(stderr, "%s: %s: %s\n", kName, name.c_str(),
               daemons::printable(error).c_str());
  return sweep::kExitIncomplete;
}

int run_program(int argc, char** argv) {
  sweep::Options options;
  std::uint64_t megabytes = 0;
  std::string path;
  CLI::App app(
      "Removes the oldest messages of a mailbox until it is small enough; "
      "none that is younger than a day.",
      kName);
  sweep::add_settings_options(app, options, std::getenv("CHATMAIL_INI"));
  app.add_option("target_mb", megabytes, "Megabytes (of 1024 * 1024 octets)")
      ->required()
      ->check(CLI::Range(std::uint64_t{0}, kMostMegabytes).description(""))
      ->type_name("N");
  app.add_option("mailbox_path", path, "The mailbox's directory")
      ->required()
      ->type_name("DIRECTORY");
  if (const auto status = sweep::parse(app, argc, argv)) return *status;
  return run(options, megabytes, path);
}

}  // namespace

int main(int argc, char** argv) {
  return sweep::guarded(kName, [&] { return run_program(argc, argv); });
}
