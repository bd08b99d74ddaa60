#include "deploy/moving/restore.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "deploy/machine/listening_ports.h"
#include "deploy/machine/program.h"
#include "deploy/moving/archive_reader.h"
#include "deploy/moving/move_lock.h"
#include "deploy/relay/services.h"
#include "mailbox/mailboxes.h"
#include "mailbox/small_file.h"

namespace moving {
namespace {

using installation::Problem;
using installation::Story;

constexpr std::uint16_t kMailPorts[] = {25, 143, 465, 587, 993};

class Restore {
 public:
  Restore(const RestoreOptions& options, Story& story)
      : options_(options), story_(story) {}

  RestoreResult run() {
    file_ = mailbox::FileDescriptor(
        open(options_.file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_.is_open()) return refuse(mailbox::because(options_.file));
    if (geteuid() != 0 && options_.root.empty() && !options_.dry_run) {
      story_.problem("you are not root", "Run it with sudo, or with --dry-run");
      return {};
    }
    if (lseek(file_.number(), 0, SEEK_SET) != 0) {
      return refuse(options_.file + ": it is read twice; put it into a file");
    }
    const MoveLock lock(options_.root);
    if (!lock.error().empty() && !options_.dry_run) {
      return refuse(lock.error());
    }
    if (!look_at_archive() || !look_at_host()) return {};
    RestoreResult result{.good = true,
                         .config_file = found_.manifest->config_file};
    if (options_.dry_run) return result;
    story_.step("Files");
    result.good =
        make_still() && carry(source(), looking(), carrying(), story_);
    if (result.good) story_.line("all is in its place");
    return result;
  }

 private:
  RestoreResult refuse(const std::string& what) {
    story_.problem(what, "");
    return {};
  }

  Source source() const {
    return [this](const Visit& visit) {
      return read_archive(file_.number(), visit);
    };
  }

  InspectionOptions looking() const {
    InspectionOptions looking;
    looking.on_progress = options_.on_progress;
    return looking;
  }

  CarryOptions carrying() const {
    CarryOptions carrying{.root = options_.root, .without = options_.without};
    carrying.staging.stamp = stamp_of("restore", options_.now);
    return carrying;
  }

  bool look_at_archive() {
    story_.step("Archive");
    const std::string error = inspect(source(), looking(), found_);
    if (!error.empty()) {
      story_.problem(options_.file + ": " + error, "Nothing was changed");
      return false;
    }
    if (!look_at_settings()) return false;
    story_.line(fmt::format(
        "{}, {:%Y-%m-%d %H:%M} UTC, {}, whole and unchanged", site_.mail_domain,
        fmt::gmtime(static_cast<std::time_t>(found_.manifest->made)),
        counted(found_.accounts.size(), "account")));
    tell_parts(found_, options_.without, story_);
    return true;
  }

  // Its places are those that its own chatmail.ini has.
  bool look_at_settings() {
    const Manifest& manifest = *found_.manifest;
    const daemons::SettingsFile ini =
        daemons::parse_settings(found_.ini, manifest.config_file);
    relay::SiteResult made;
    if (ini.errors.empty()) made = relay::make_site(ini.settings, {});
    std::vector<std::string> errors = ini.errors;
    errors.insert(errors.end(), made.errors.begin(), made.errors.end());
    if (errors.empty() && made.site.mail_domain != manifest.mail_domain) {
      errors.push_back("its chatmail.ini is of " + made.site.mail_domain +
                       ", its manifest of " + manifest.mail_domain);
    }
    site_ = made.site;
    const Roots known =
        belongings(ini.settings, made.site, manifest.config_file);
    for (const Root& root : manifest.roots) {
      const bool is_known =
          std::any_of(known.begin(), known.end(), [&](const Root& one) {
            return one.path == root.path && one.part == root.part;
          });
      if (errors.empty() && !is_known) {
        errors.push_back(root.path +
                         ": its chatmail.ini names no such place of a relay");
      }
    }
    for (const std::string& error : errors) {
      story_.problem(options_.file + ": " + error, "Nothing was changed");
    }
    return errors.empty();
  }

  // True when nothing is in the way.
  bool look_at_host() {
    story_.step("This host");
    for (const Problem& problem : obstacles(found_, carrying())) {
      story_.problem(problem.what, problem.remedy);
    }
    look_at_relay();
    look_at_accounts();
    look_at_services();
    tell_places();
    return story_.problems() == 0;
  }

  void overridable(const std::string& what, const std::string& remedy) {
    if (options_.force) {
      story_.line(what);
    } else {
      story_.problem(what, remedy);
    }
  }

  void look_at_relay() {
    const daemons::SettingsFile here =
        daemons::read_settings(options_.root + found_.manifest->config_file);
    if (!here.settings.is_set("mail_domain")) return;
    const std::string domain = here.settings.text("mail_domain");
    if (domain == site_.mail_domain) return;
    overridable("this host is the relay " + domain +
                    ", and the archive is of " + site_.mail_domain,
                "With --force it becomes that relay");
  }

  void look_at_accounts() {
    if (options_.without.contains(Part::kMailboxes)) return;
    const std::set<std::string> here =
        accounts_in(options_.root + site_.mailboxes_dir);
    if (here.empty()) return;
    std::uint64_t missing = 0;
    for (const std::string& account : here) {
      if (!found_.accounts.contains(account)) ++missing;
    }
    overridable(
        fmt::format("there {} {} here, {} of them not in the archive",
                    here.size() == 1 ? "is" : "are",
                    counted(here.size(), "account"), missing),
        "Their mailboxes, and what came since the backup, would be put aside: "
        "say --force, or leave them with --without mailboxes,queue");
  }

  void look_at_services() {
    if (!options_.root.empty()) return;
    for (const std::string& who : who_serves_mail()) {
      overridable(who + " serves mail here",
                  "systemctl stop postfix dovecot; --force stops the relay");
    }
  }

  void tell_places() {
    for (std::size_t i = 0; i < found_.roots.size(); ++i) {
      const Root& root = found_.roots[i];
      if (!found_.has[i] || options_.without.contains(root.part)) continue;
      const std::string place = options_.root + root.path;
      const bool is_new = access(place.c_str(), F_OK) != 0;
      story_.line(fmt::format("{}{} {}", options_.dry_run ? "would be " : "",
                              is_new ? "new:" : "replaced:", place));
    }
  }

  // With --force, on a host that runs systemd, the relay is stopped.
  bool make_still() {
    if (!options_.root.empty() || who_serves_mail().empty()) return true;
    story_.line("stopping the relay");
    std::vector<std::string> units = relay::units(site_);
    std::reverse(units.begin(), units.end());
    for (const std::string& unit : units) {
      machine::run_program({"systemctl", "stop", unit});
    }
    for (const std::string& who : who_serves_mail()) {
      story_.problem(who + " still serves mail here", "Stop it");
    }
    return story_.problems() == 0;
  }

  const RestoreOptions& options_;
  Story& story_;
  mailbox::FileDescriptor file_;
  Inspection found_;
  relay::Site site_;
};

}  // namespace

std::vector<std::string> who_serves_mail() {
  std::vector<std::string> who;
  for (const machine::ListeningPort& one : machine::listening_ports()) {
    if (one.is_udp || one.is_loopback ||
        std::find(std::begin(kMailPorts), std::end(kMailPorts), one.port) ==
            std::end(kMailPorts)) {
      continue;
    }
    std::string text =
        fmt::format("{} on port {}",
                    one.program.empty() ? "somebody" : one.program, one.port);
    if (std::find(who.begin(), who.end(), text) == who.end()) {
      who.push_back(std::move(text));
    }
  }
  return who;
}

std::set<std::string> accounts_in(const std::string& mailboxes_dir) {
  std::set<std::string> accounts;
  std::string error;
  const auto mailboxes = mailbox::Mailboxes::open(mailboxes_dir, error);
  if (mailboxes) {
    mailboxes->for_each_address(
        [&](const std::string& address) { accounts.insert(address); }, error);
  }
  return accounts;
}

RestoreResult restore(const RestoreOptions& options, Story& story) {
  return Restore(options, story).run();
}

}  // namespace moving
