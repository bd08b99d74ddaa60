#include "deploy/moving/migration.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "deploy/machine/file.h"
#include "deploy/machine/program.h"
#include "deploy/moving/archive_reader.h"
#include "deploy/moving/carrier.h"
#include "deploy/moving/disk_tree.h"
#include "deploy/moving/mailbox_tree.h"
#include "deploy/moving/migration_note.h"
#include "deploy/moving/move_lock.h"
#include "deploy/moving/predecessor.h"
#include "deploy/moving/queue_tree.h"
#include "deploy/moving/restore.h"
#include "mailbox/small_file.h"

namespace moving {
namespace {

namespace fs = std::filesystem;
using installation::Story;

// Whose a file is when this host does not know the name that it has.
const std::map<Part, Owner> kOwners = {{Part::kSettings, {"root", "root"}},
                                       {Part::kKeys, {"root", "root"}},
                                       {Part::kCertificates, {"root", "root"}},
                                       {Part::kMailboxes, {"vmail", "vmail"}},
                                       {Part::kQueue, {"postfix", "postfix"}}};

bool is_there(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

bool is_folder(const std::string& path) {
  std::error_code failure;
  return fs::is_directory(path, failure);
}

bool has_systemd() { return is_there("/run/systemd/system"); }

class Migration {
 public:
  Migration(const MigrationOptions& options, Story& story)
      : options_(options), story_(story) {}

  bool run() {
    if (geteuid() != 0 && options_.root.empty() && !options_.dry_run) {
      story_.problem("you are not root", "Run it with sudo, or with --dry-run");
      return false;
    }
    const MoveLock lock(options_.root);
    if (!lock.error().empty() && !options_.dry_run) {
      story_.problem(lock.error(), "");
      return false;
    }
    story_.step("The relay that is to move");
    if (!find()) return false;
    tell_found();
    look_at_host();
    if (story_.problems() != 0) return false;
    if (is_copied() && !options_.dry_run && !copy()) return false;
    if (!stop_units()) return false;
    return write_files();
  }

 private:
  bool is_copied() const { return !options_.from.empty(); }
  bool is_tree() const { return is_folder(options_.from); }

  // Where its files are now: below this.
  std::string there() const {
    return is_copied() ? options_.from : options_.root;
  }

  bool refuse(const std::string& what, const std::string& remedy) {
    story_.problem(what, remedy);
    return false;
  }

  // Its chatmail.ini: as named, or where it puts it, or in the archive.
  bool find_ini(std::string& ini, std::string& name) {
    name = options_.ini_file;
    if (name.empty() && (!is_copied() || is_tree())) name = there() + kTheirIni;
    std::string error;
    if (name.empty()) {
      name = options_.from;
      Inspection found;
      error = inspect(source(true), inspection_of({}), found);
      ini = found.ini;
    } else if (const auto text = machine::read_text(name, error)) {
      ini = *text;
    }
    if (!error.empty()) return refuse(name + ": " + error, "");
    return !ini.empty() ||
           refuse(name + ": there is no chatmail.ini of a relay",
                  "Name it: --ini FILE.  Whoever ran cmdeploy has it, and the "
                  "host has it at " +
                      std::string(kTheirIni));
  }

  bool find() {
    std::string ini;
    std::string name;
    if (is_copied() && !is_tree()) {
      archive_ = mailbox::FileDescriptor(
          open(options_.from.c_str(), O_RDONLY | O_CLOEXEC));
      if (!archive_.is_open()) {
        return refuse(mailbox::because(options_.from),
                      "--from names a folder, a tar archive or a host");
      }
    }
    if (!find_ini(ini, name)) return false;
    relay_ = read_predecessor(ini, name);
    for (const std::string& error : relay_.errors) story_.problem(error, "");
    if (!relay_.errors.empty()) return false;
    story_.line(name + ": the relay " + relay_.site.mail_domain);
    for (const std::string& warning : relay_.warnings) story_.line(warning);
    const std::string error =
        inspect(source(true), inspection_of(their_roots(relay_.site)), found_);
    return error.empty() ||
           refuse((is_copied() ? options_.from + ": " : "") + error,
                  "Nothing was changed");
  }

  InspectionOptions inspection_of(Roots roots) const {
    InspectionOptions looking;
    looking.is_backup = false;
    looking.roots = std::move(roots);
    looking.ini = std::string(kTheirIni).substr(1);
    looking.on_progress = options_.on_progress;
    return looking;
  }

  // `counts`: contents of a tree are not read.
  Source source(bool counts) const {
    if (archive_.is_open()) {
      return [this](const Visit& visit) {
        return read_archive(archive_.number(), visit);
      };
    }
    return [this, counts](const Visit& visit) {
      DiskTree tree(there(), visit);
      if (counts) tree.only_count();
      for (const Root& root : their_roots(relay_.site)) {
        if (root.part == Part::kMailboxes) {
          put_mailboxes(tree, root.path);
        } else if (root.part != Part::kQueue) {
          tree.put_path(root.path);
        }
      }
      put_queue(tree);
      return tree.error();
    };
  }

  void tell_found() {
    story_.line(fmt::format("{} in {}",
                            counted(found_.accounts.size(), "account"),
                            relay_.site.mailboxes_dir));
    tell_parts(found_, {}, story_);
    if (found_.of(Part::kKeys).files == 0) {
      story_.line("no DKIM key: chatmail run makes one, with a new DNS record");
    }
    if (found_.of(Part::kCertificates).files == 0) {
      story_.line("no certificate: chatmail run gets one");
    }
    for (const auto& [top, count] : found_.elsewhere) {
      story_.line(
          fmt::format("not taken over: {} ({})", top, counted(count, "file")));
    }
    if (is_tree() || !is_copied()) {
      for (const Leftover& one : leftovers(there())) {
        story_.line("not taken over: " + one.path + ", " + one.what);
      }
    }
  }

  CarryOptions carrying() const {
    CarryOptions carrying{.root = options_.root};
    carrying.staging.stamp = stamp_of("migration", options_.now);
    carrying.staging.otherwise = kOwners;
    return carrying;
  }

  void look_at_host() {
    story_.step("This host");
    look_at_settings();
    if (!is_copied()) return;
    for (const auto& problem : obstacles(found_, carrying())) {
      story_.problem(problem.what, problem.remedy);
    }
    const std::size_t here =
        accounts_in(options_.root + relay_.site.mailboxes_dir).size();
    if (here != 0 && !options_.force) {
      story_.problem(fmt::format("there {} {} here", here == 1 ? "is" : "are",
                                 counted(here, "account")),
                     "Their mailboxes would be put aside: say --force");
    }
    if (!options_.root.empty()) return;
    for (const std::string& who : who_serves_mail()) {
      story_.problem(who + " serves mail here",
                     "systemctl stop postfix dovecot, and go on");
    }
  }

  void look_at_settings() {
    const daemons::SettingsFile here =
        daemons::read_settings(options_.root + kOurIni);
    if (!here.settings.is_set("mail_domain")) return;
    const std::string domain = here.settings.text("mail_domain");
    if (domain != relay_.site.mail_domain && !options_.force) {
      story_.problem(
          std::string(kOurIni) + " is of " + domain,
          "With --force this host becomes " + relay_.site.mail_domain);
    }
  }

  bool copy() {
    story_.step("Mailboxes, keys, certificates, queue");
    if (!carry(source(false), inspection_of(their_roots(relay_.site)),
               carrying(), story_)) {
      return false;
    }
    story_.line("all is in its place");
    return true;
  }

  // Those of theirs that this host has.
  std::vector<TheirUnit> units_here() const {
    std::vector<TheirUnit> here;
    for (const TheirUnit& unit : their_units()) {
      for (const char* const folder :
           {"/etc/systemd/system/", "/lib/systemd/system/"}) {
        // What hides ours is in /etc; the other is ours.
        if (unit.hides_ours && folder != unit_folder()) continue;
        if (is_there(options_.root + folder + std::string(unit.name))) {
          here.push_back(unit);
          break;
        }
      }
    }
    return here;
  }

  static std::string_view unit_folder() { return "/etc/systemd/system/"; }

  bool stop_units() {
    const std::vector<TheirUnit> units = units_here();
    if (units.empty()) return true;
    story_.step("Services of before");
    const bool can_stop = options_.root.empty() && has_systemd();
    const std::string_view verb = options_.dry_run ? "would stop"
                                  : can_stop       ? "stopped"
                                                   : "stop it yourself:";
    for (const TheirUnit& unit : units) {
      const std::string name(unit.name);
      story_.line(fmt::format("{} {}", verb, name));
      if (options_.dry_run || !can_stop) continue;
      if (machine::run_program({"systemctl", "is-enabled", "--quiet", name})
              .good()) {
        note_.units.push_back(name);
      }
      machine::run_program({"systemctl", "disable", "--now", "--quiet", name});
    }
    return true;
  }

  bool write_files() {
    story_.step("Files");
    for (const TheirUnit& unit : units_here()) {
      if (unit.hides_ours && !set_aside(std::string(unit.name))) return false;
    }
    if (!write_ini() || !open_key_folder()) return false;
    if (options_.dry_run || (note_.units.empty() && note_.set_aside.empty())) {
      return true;
    }
    add_earlier_note();
    const std::string error = machine::replace_file(
        options_.root + kMigrationNote, print_note(note_), {.mode = 0600});
    if (!error.empty()) return refuse(error, "");
    if (options_.root.empty() && has_systemd()) {
      machine::run_program({"systemctl", "daemon-reload"});
    }
    return true;
  }

  // Of a run before that did not get to its end, say.
  void add_earlier_note() {
    std::string error;
    const auto text = machine::read_text(options_.root + kMigrationNote, error);
    const auto earlier = text ? parse_note(*text) : std::nullopt;
    if (!earlier) return;
    note_.units.insert(note_.units.end(), earlier->units.begin(),
                       earlier->units.end());
    note_.set_aside.insert(note_.set_aside.end(), earlier->set_aside.begin(),
                           earlier->set_aside.end());
  }

  bool set_aside(const std::string& unit) {
    const std::string path = std::string(unit_folder()) + unit;
    const std::string aside = path + std::string(machine::kBackupSuffix);
    story_.line(fmt::format("{}: {}{}", path,
                            options_.dry_run ? "would become " : "is now ",
                            aside));
    if (options_.dry_run) return true;
    note_.set_aside.push_back(path);
    return rename((options_.root + path).c_str(),
                  (options_.root + aside).c_str()) == 0 ||
           refuse(mailbox::because(path), "");
  }

  bool write_ini() {
    const std::string place = options_.root + kOurIni;
    std::string error;
    const auto before = machine::read_text(place, error);
    if (before && *before == relay_.ini) {
      story_.line(std::string(kOurIni) + " is that of the relay already");
      return true;
    }
    story_.line(fmt::format(
        "{}: {}", kOurIni,
        options_.dry_run ? "would be that of the relay" : "that of the relay"));
    if (options_.dry_run) return true;
    error = machine::keep_backup(place);
    if (error.empty()) {
      error = machine::replace_file(place, relay_.ini, {.mode = 0644});
    }
    return error.empty() || refuse(error, "");
  }

  // OpenDKIM's folder is its own; the milter has to get to the key in it.
  bool open_key_folder() {
    const std::string folder =
        options_.root +
        fs::path(relay_.settings.text("dkim_key")).parent_path().string();
    struct stat status {};
    if (stat(folder.c_str(), &status) != 0) return true;
    constexpr mode_t kPass = S_IXGRP | S_IXOTH;
    if ((status.st_mode & kPass) == kPass) return true;
    story_.line(fmt::format("{}: the milter {} pass through it", folder,
                            options_.dry_run ? "could" : "can"));
    if (options_.dry_run) return true;
    return chmod(folder.c_str(), (status.st_mode & 07777) | kPass) == 0 ||
           refuse(mailbox::because(folder), "");
  }

  const MigrationOptions& options_;
  Story& story_;
  mailbox::FileDescriptor archive_;
  Predecessor relay_;
  Inspection found_;
  MigrationNote note_;
};

}  // namespace

bool migrate(const MigrationOptions& options, Story& story) {
  return Migration(options, story).run();
}

}  // namespace moving
