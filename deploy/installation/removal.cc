// What `run` brought to a host, taken away again.

#include <fmt/format.h>

#include <filesystem>
#include <iterator>
#include <system_error>

#include "deploy/installation/installer.h"
#include "deploy/machine/file.h"
#include "deploy/machine/program.h"
#include "deploy/relay/services.h"

namespace installation {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDebians[] = {"postfix.service", "dovecot.service",
                                    "nginx.service", "unbound.service",
                                    "coturn.service"};

bool is_debians(const std::string& unit) {
  for (const char* const one : kDebians) {
    if (unit == one) return true;
  }
  return false;
}

void stop_units(const relay::Site& site, const RemovalOptions& options,
                Story& story) {
  story.step("Services");
  std::vector<std::string> units = relay::units(site);
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    story.line((options.dry_run ? "would stop " : "stopping ") + *unit);
    if (options.dry_run || !options.root.empty()) continue;
    if (is_debians(*unit)) {
      machine::run_program({"systemctl", "stop", *unit});
    } else {
      machine::run_program({"systemctl", "disable", "--now", "--quiet", *unit});
    }
  }
}

// What `run` had turned off, as Debian has it: on, but not started.
void turn_on_again(const relay::Site& site) {
  for (const std::string& unit : relay::unwanted_units(site)) {
    const bool is_ours =
        unit.starts_with("chatmail-") || unit == "iroh-relay.service";
    if (!is_ours) machine::run_program({"systemctl", "preset", "-q", unit});
  }
}

void put_back(const relay::ConfigFile& file, const RemovalOptions& options,
              Story& story) {
  const std::string place = options.root + file.path;
  const std::string backup = place + std::string(machine::kBackupSuffix);
  std::error_code problem;
  const bool has_backup = fs::exists(backup, problem);
  if (!has_backup && !fs::exists(place, problem)) return;
  story.line(
      fmt::format("{}{}", has_backup ? "as before: " : "removed: ", file.path));
  if (options.dry_run) return;
  if (has_backup) {
    fs::rename(backup, place, problem);
  } else {
    fs::remove(place, problem);
  }
  if (problem) story.problem(place + ": " + problem.message(), "");
}

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
  const relay::Rendering rendering =
      relay::render(site, relay::templates_directory());
  for (const std::string& error : rendering.errors) story.problem(error, "");
  if (story.problems() != 0) return false;
  stop_units(site, options, story);
  story.step("Files");
  for (const relay::ConfigFile& file : rendering.files) {
    put_back(file, options, story);
  }
  if (options.purge) purge(settings, site, options, story);
  if (!options.dry_run && options.root.empty()) {
    machine::run_program({"systemctl", "daemon-reload"});
    turn_on_again(site);
    story.line("Debian's programs are stopped: start those that you want");
  }
  return story.problems() == 0;
}

}  // namespace installation
