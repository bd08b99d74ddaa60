// The way back to the Python programs.

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deploy/installation/installer.h"
#include "deploy/machine/file.h"
#include "deploy/machine/program.h"
#include "deploy/moving/carrier.h"
#include "deploy/moving/migration.h"
#include "deploy/moving/migration_note.h"
#include "deploy/moving/move_lock.h"
#include "deploy/moving/predecessor.h"
#include "deploy/moving/restore.h"
#include "deploy/moving/return_ini.h"

namespace moving {
namespace {

using installation::Story;

class WayBack {
 public:
  WayBack(const MigrationOptions& options, Story& story)
      : options_(options), story_(story) {}

  bool run() {
    const bool here = options_.root.empty();
    if (geteuid() != 0 && here && !options_.dry_run) {
      return refuse("you are not root", "Run it with sudo, or with --dry-run");
    }
    const MoveLock lock(options_.root);
    if (!lock.error().empty() && !options_.dry_run) {
      return refuse(lock.error(), "");
    }
    if (!read_settings()) return false;
    read_note();
    if (!installation::uninstall(
            settings_, site_,
            {.dry_run = options_.dry_run, .root = options_.root}, story_)) {
      return false;
    }
    story_.step("What the relay of before reads");
    return write_ini() && give_key() && put_back_units() && tell_mailboxes();
  }

 private:
  bool refuse(const std::string& what, const std::string& remedy) {
    story_.problem(what, remedy);
    return false;
  }

  std::string ini_file() const {
    return options_.ini_file.empty() ? options_.root + kOurIni
                                     : options_.ini_file;
  }

  bool read_settings() {
    std::string error;
    const auto text = machine::read_text(ini_file(), error);
    if (!text) {
      return refuse(
          ini_file() + ": " + (error.empty() ? "is not there" : error),
          "Name the relay's chatmail.ini: --ini FILE");
    }
    Predecessor relay = read_predecessor(*text, ini_file());
    for (const std::string& problem : relay.errors) story_.problem(problem, "");
    ini_ = *text;
    settings_ = std::move(relay.settings);
    site_ = std::move(relay.site);
    return relay.errors.empty();
  }

  void read_note() {
    std::string error;
    const auto text = machine::read_text(options_.root + kMigrationNote, error);
    if (text) note_ = parse_note(*text).value_or(MigrationNote{});
  }

  bool write_ini() {
    const ReturnIni back = return_ini(ini_, settings_);
    for (const std::string& line : back.changed) story_.line(line);
    for (const std::string& line : back.losses) story_.line("lost: " + line);
    story_.line(fmt::format("{}{}", kTheirIni,
                            options_.dry_run ? " would be written" : ""));
    if (options_.dry_run) return true;
    const std::string error =
        machine::replace_file(options_.root + kTheirIni, back.text, {});
    return error.empty() || refuse(error, "");
  }

  // OpenDKIM takes a key that is its own and nobody else's.
  bool give_key() {
    const std::string place = options_.root + kTheirKey;
    if (access(place.c_str(), F_OK) != 0) {
      story_.line(std::string(kTheirKey) +
                  " is not there: a new key will be "
                  "made, with a new DNS record");
      return true;
    }
    const passwd* const user = getpwnam("opendkim");  // NOLINT(concurrency-*)
    story_.line(fmt::format("{}: 0600{}", kTheirKey,
                            user == nullptr ? "" : ", of opendkim"));
    if (options_.dry_run) return true;
    if (user != nullptr && geteuid() == 0 &&
        lchown(place.c_str(), user->pw_uid, user->pw_gid) != 0) {
      return refuse(place + ": cannot be given to opendkim", "");
    }
    return chmod(place.c_str(), 0600) == 0 ||
           refuse(place + ": its mode cannot be changed", "");
  }

  bool put_back_units() {
    for (const std::string& path : note_.set_aside) {
      const std::string place = options_.root + path;
      const std::string aside = place + std::string(machine::kBackupSuffix);
      if (access(aside.c_str(), F_OK) != 0) continue;
      story_.line("as before: " + path);
      if (!options_.dry_run && rename(aside.c_str(), place.c_str()) != 0) {
        return refuse(place + ": cannot be put back", "");
      }
    }
    if (!options_.dry_run && !note_.units.empty() && options_.root.empty()) {
      machine::run_program({"systemctl", "daemon-reload"});
    }
    for (const std::string& unit : note_.units) {
      story_.line((options_.dry_run         ? "would start "
                   : !options_.root.empty() ? "start it yourself: "
                                            : "started ") +
                  unit);
      if (options_.dry_run || !options_.root.empty()) continue;
      machine::run_program({"systemctl", "enable", "--now", "--quiet", unit});
    }
    // Their configuration is back, and the programs are stopped.
    if (!options_.dry_run && !note_.units.empty() && options_.root.empty()) {
      for (const char* const unit : {"unbound.service", "dovecot.service",
                                     "postfix.service", "nginx.service"}) {
        story_.line(std::string("started ") + unit);
        machine::run_program({"systemctl", "start", unit});
      }
    }
    if (!options_.dry_run) {
      unlink((options_.root + kMigrationNote).c_str());
    }
    return true;
  }

  bool tell_mailboxes() {
    story_.line(
        fmt::format("{} accounts in {} stay as they are: it reads them",
                    accounts_in(options_.root + site_.mailboxes_dir).size(),
                    site_.mailboxes_dir));
    story_.line(
        "what it never looks at: /etc/chatmail, /etc/chatmilter, "
        "/var/lib/chatmail, /var/lib/chatmilter, "
        "/var/lib/chatmail-metadata");
    return true;
  }

  const MigrationOptions& options_;
  Story& story_;
  std::string ini_;
  daemons::Settings settings_;
  relay::Site site_;
  MigrationNote note_;
};

}  // namespace

bool move_back(const MigrationOptions& options, Story& story) {
  return WayBack(options, story).run();
}

}  // namespace moving
