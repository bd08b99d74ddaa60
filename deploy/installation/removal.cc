// What `run` brought to a host, taken away again.  A purge of the package does
// the same by deploy/deb/postrm, when our programs are gone already.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "deploy/installation/installer.h"
#include "deploy/installation/pages.h"
#include "deploy/machine/file.h"
#include "deploy/machine/program.h"
#include "deploy/relay/services.h"

namespace installation {
namespace {

namespace fs = std::filesystem;

bool is_in(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void stop_unit(const std::string& unit) {
  if (is_in(relay::stock_units(), unit)) {
    machine::run_program({"systemctl", "stop", unit});
  } else {
    machine::run_program({"systemctl", "disable", "--now", "--quiet", unit});
  }
}

void stop_units(const relay::Site& site, const RemovalOptions& options,
                Story& story) {
  story.step("Services");
  const std::vector<std::string> units = relay::units(site);
  const bool stops = !options.dry_run && options.root.empty();
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    story.line((options.dry_run ? "would stop " : "stopping ") + *unit);
    if (stops) stop_unit(*unit);
  }
  if (!stops) return;
  for (const std::string& unit : relay::own_units()) {
    // What chatmail.ini had on before somebody changed it.
    if (!is_in(units, unit)) stop_unit(unit);
    std::error_code problem;
    fs::remove("/var/lib/systemd/timers/stamp-" + unit, problem);
  }
}

// What `run` had turned off, as Debian has it: on, but not started.
void turn_on_again() {
  for (const std::string& unit : relay::silenced_units()) {
    machine::run_program({"systemctl", "preset", "-q", unit});
  }
}

// A folder that is there for our files alone.
bool is_folder_of_ours(const fs::path& folder) {
  const std::string path = folder.string();
  return path.starts_with("/etc/chatmail/") ||
         (path.starts_with("/etc/systemd/") && path.ends_with(".d")) ||
         path.starts_with(std::string(relay::kWebRoot) + "/");
}

class Undoing {
 public:
  Undoing(const RemovalOptions& options, Story& story)
      : options_(options), story_(story) {}

  // A file that may be somebody else's by now: its text tells.
  void put_back(const std::string& path) {
    std::string error;
    const auto text = machine::read_text(options_.root + path, error);
    put_back(path, text && relay::is_ours(path, *text));
  }

  void put_back(const std::string& path, bool is_ours) {
    const std::string place = options_.root + path;
    const std::string backup = place + std::string(machine::kBackupSuffix);
    std::error_code problem;
    const bool has_backup = fs::exists(fs::symlink_status(backup, problem));
    if (has_backup || (is_ours && fs::exists(place, problem))) {
      move_back(path, has_backup);
    }
    const fs::path folder = fs::path(path).parent_path();
    // Fails while others have something there.
    if (!options_.dry_run && is_folder_of_ours(folder)) {
      fs::remove(options_.root + folder.string(), problem);
    }
  }

 private:
  void move_back(const std::string& path, bool has_backup) {
    const std::string place = options_.root + path;
    std::error_code problem;
    story_.line(
        fmt::format("{}{}", has_backup ? "as before: " : "removed: ", path));
    if (options_.dry_run) return;
    if (has_backup) {
      fs::rename(place + std::string(machine::kBackupSuffix), place, problem);
    } else {
      fs::remove(place, problem);
    }
    if (problem) story_.problem(place + ": " + problem.message(), "");
  }

  const RemovalOptions& options_;
  Story& story_;
};

// "/", "/home" or the like, which a setting may name by mistake.
bool is_shallow(const fs::path& path) {
  constexpr std::ptrdiff_t least = 3;  // with the root
  fs::path normal = path.lexically_normal();
  if (!normal.has_filename()) normal = normal.parent_path();
  return std::distance(normal.begin(), normal.end()) < least;
}

void purge(const daemons::Settings& settings, const relay::Site& site,
           const RemovalOptions& options, Story& story) {
  story.step("Mailboxes, keys and settings");
  Undoing undoing(options, story);
  undoing.put_back(relay::kSelfSignedCertificate);
  undoing.put_back(relay::kSelfSignedKey);
  for (const std::string& path :
       {site.mailboxes_dir, settings.text("dkim_key"),
        std::string("/etc/chatmail"), std::string("/etc/chatmilter"),
        std::string("/var/lib/chatmail"), std::string("/var/lib/chatmilter"),
        std::string("/var/lib/chatmail-metadata")}) {
    const std::string place = options.root + path;
    std::error_code problem;
    if (path.empty() || !fs::exists(place, problem)) continue;
    if (is_shallow(path)) {
      story.problem(path + " is left alone", "Others may have files there");
      continue;
    }
    story.line("removed: " + path);
    if (!options.dry_run) fs::remove_all(place, problem);
    if (problem) story.problem(place + ": " + problem.message(), "");
  }
}

}  // namespace

bool uninstall(const daemons::Settings& settings, const relay::Site& site,
               const RemovalOptions& options, Story& story) {
  stop_units(site, options, story);
  story.step("Files");
  Undoing undoing(options, story);
  // Of every Site: an option may have been turned off since the last run.
  for (const std::string& path : relay::all_paths()) undoing.put_back(path);
  for (const std::string& path : published_pages(options.root)) {
    undoing.put_back(path, true);
  }
  undoing.put_back(kPageList);
  if (options.purge) purge(settings, site, options, story);
  if (!options.dry_run && options.root.empty()) {
    machine::run_program({"systemctl", "daemon-reload"});
    turn_on_again();
    // It has its configuration from its start.
    machine::run_program({"systemctl", "restart", "systemd-journald.service"});
    story.line("Debian's programs are stopped: start those that you want");
  }
  return story.problems() == 0;
}

}  // namespace installation
