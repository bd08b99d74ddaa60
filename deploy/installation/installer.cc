#include "deploy/installation/installer.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "deploy/installation/changes.h"
#include "deploy/installation/credentials.h"
#include "deploy/installation/pages.h"
#include "deploy/installation/preflight.h"
#include "deploy/installation/waiting.h"
#include "deploy/machine/file.h"
#include "deploy/machine/program.h"
#include "deploy/relay/services.h"
#include "deploy/webpage/site.h"

namespace installation {
namespace {

using std::chrono::seconds;

constexpr seconds kCheckPatience{120};
constexpr const char* kRootKey = "/usr/share/dns/root.key";

void tell(const std::vector<Problem>& problems, Story& story) {
  for (const Problem& problem : problems) {
    story.problem(problem.what, problem.remedy);
  }
}

std::uint64_t free_octets(const std::string& folder) {
  struct statvfs space {};
  if (statvfs(folder.c_str(), &space) != 0) return UINT64_MAX;
  return std::uint64_t{space.f_bavail} * space.f_frsize;
}

// When this program was made, as its file says.
std::int64_t made_at() {
  struct stat status {};
  return stat("/proc/self/exe", &status) == 0 ? status.st_mtime : 0;
}

void look_at_names(const relay::Site& site, Story& story) {
  std::string error;
  // Before the packages are there nothing can be validated yet.
  const bool has_root_key = access(kRootKey, R_OK) == 0;
  const auto dns =
      machine::make_dns({.forwarders = site.resolvers,
                         .root_key_file = has_root_key ? kRootKey : ""},
                        error);
  if (dns == nullptr) {
    story.problem(error, "Go on with --skip-dns-check");
    return;
  }
  story.progress("asking the DNS for the names of this relay");
  tell(missing_records(site, *dns), story);
}

bool preflight(const relay::Site& site, const Options& options, Story& story) {
  story.step("Looking at this host");
  if (geteuid() != 0 && !options.dry_run) {
    story.problem("you are not root", "Run it with sudo, or with --dry-run");
    return false;
  }
  std::string error;
  tell(wrong_system(machine::read_text("/etc/os-release", error).value_or("")),
       story);
  tell(wrong_clock(options.now, made_at()), story);
  tell(full_disk("/", free_octets("/")), story);
  tell(occupied_ports(machine::listening_ports()), story);
  if (!options.skip_dns_check) look_at_names(site, story);
  if (story.problems() == 0) story.line("Nothing is in the way");
  return story.problems() == 0;
}

bool is_installed(const std::string& package) {
  return machine::run_program({"dpkg-query", "-W", "-f", "${Status}", package})
      .output.starts_with("install ok installed");
}

bool install_packages(const relay::Site& site, const Options& options,
                      Story& story) {
  story.step("Debian packages");
  std::vector<std::string> missing;
  for (const std::string& package : relay::packages(site)) {
    if (!is_installed(package)) missing.push_back(package);
  }
  if (missing.empty()) {
    story.line("All are there");
    return true;
  }
  std::string names;
  for (const std::string& name : missing) names += ' ' + name;
  story.line((options.dry_run ? "would install" : "installing") + names);
  if (options.dry_run) return true;
  const machine::ProgramResult done =
      install_told(missing, machine::run_program, story);
  if (done.good()) return true;
  story.problem("the packages could not be installed: " + done.why(),
                "See what apt-get says: apt-get install" + names);
  return false;
}

void tell_changes(const Changes& changes, Story& story) {
  for (const Change& change : changes.all) {
    if (change.kind == Change::Kind::kAccess) {
      story.line(fmt::format("{}: {:04o} {}:{}", change.path, change.file->mode,
                             change.file->owner, change.file->group));
    } else {
      story.change(change.path, change.diff);
    }
  }
  if (changes.all.empty()) story.line("All are as they should be");
}

// Puts back the first `count` of them, from the last.
void undo(const Changes& changes, std::size_t count, Story& story) {
  while (count-- > 0) {
    const std::string error = take_back(changes.all[count]);
    if (!error.empty()) story.problem(error, "It could not be put back");
  }
  story.line("The files that were there are back; nothing was restarted");
}

bool write_files(const Changes& changes, const Options& options, Story& story) {
  for (std::size_t i = 0; i < changes.all.size(); ++i) {
    const std::string error = carry_out(changes.all[i], options.root);
    if (error.empty()) continue;
    story.problem(error, "Nothing else was changed");
    undo(changes, i, story);
    return false;
  }
  return true;
}

bool programs_take_it(const relay::Site& site, const Changes& changes,
                      Story& story) {
  for (const relay::Check& check : relay::checks(site)) {
    const machine::ProgramResult result =
        run_told("asking whether it is right: " + check.of, check.command,
                 {.patience = kCheckPatience}, story);
    if (result.good()) continue;
    story.problem(
        fmt::format("{} does not take its configuration: {}", check.of,
                    result.why()),
        "Please report it with the file; what you can change is chatmail.ini "
        "and rules.d");
    undo(changes, changes.all.size(), story);
    return false;
  }
  return true;
}

void prepare_folders(const Options& options) {
  if (!options.root.empty()) return;
  machine::run_program({"systemd-sysusers"});
  machine::run_program({"systemd-tmpfiles", "--create", "--prefix=/etc",
                        "--prefix=/home", "--prefix=/var", "--prefix=/run"});
}

bool have_credentials(const daemons::Settings& settings,
                      const relay::Site& site, const Options& options,
                      Story& story, std::vector<relay::UnitNotice>& concerned) {
  story.step("Keys and certificates");
  const std::size_t before = story.problems();
  story.progress("making those that are missing");
  const Credentials found = make_credentials(settings, site, options.root,
                                             options.dry_run, options.now);
  for (const Credential& one : found.all) {
    story.line(fmt::format("{}: {}{}", one.what, one.path,
                           !one.made         ? ""
                           : options.dry_run ? " (would be made)"
                                             : " (made)"));
    if (!one.made) continue;
    concerned.insert(concerned.end(), one.concerns.begin(), one.concerns.end());
  }
  for (const std::string& error : found.errors) story.problem(error, "");
  if (site.tls.mode == relay::TlsMode::kExternal &&
      !has_certificate(site, options.root)) {
    story.problem(fmt::format("{} and {} are not both there",
                              site.tls.certificate, site.tls.key),
                  "tls_external_cert_and_key names them: have them put there");
  }
  return story.problems() == before;
}

struct Configured {
  bool good = false;
  bool units_changed = false;
  std::vector<relay::UnitNotice> concerned{};
};

Configured configure(const daemons::Settings& settings, const relay::Site& site,
                     const webpage::Site& page, const Options& options,
                     Story& story) {
  Configured result;
  const std::size_t before = story.problems();
  const relay::Rendering rendering = relay::render(
      site, options.templates.empty() ? relay::templates_directory()
                                      : options.templates);
  for (const std::string& error : rendering.errors) story.problem(error, "");
  if (!options.dry_run) prepare_folders(options);
  if (!have_credentials(settings, site, options, story, result.concerned)) {
    return result;
  }
  story.step("Files");
  const Changes changes = changes_of(rendering, options.root);
  for (const std::string& error : changes.errors) story.problem(error, "");
  if (story.problems() != before) return result;
  tell_changes(changes, story);
  for (const Change& change : changes.all) {
    if (change.file == nullptr) {
      result.units_changed = true;
      continue;
    }
    result.units_changed = result.units_changed || change.file->is_unit;
    result.concerned.insert(result.concerned.end(),
                            change.file->concerns.begin(),
                            change.file->concerns.end());
  }
  if (!options.dry_run && !write_files(changes, options, story)) return result;
  if (!publish_page(page, options, story)) return result;
  if (!options.dry_run && options.root.empty()) {
    prepare_folders(options);
    if (has_certificate(site, options.root) &&
        !programs_take_it(site, changes, story)) {
      return result;
    }
  }
  result.good = true;
  return result;
}

}  // namespace

bool install(const daemons::Settings& settings, const relay::Site& site,
             const Options& options, Story& story) {
  // Before anything is touched: a page that lacks its contact stays offline.
  webpage::Site page;
  if (options.stages.configure) {
    page = webpage::build_site(settings);
    if (!page.errors.empty()) {
      story.step("Web page");
      for (const std::string& error : page.errors) story.problem(error, "");
      return false;
    }
  }
  const bool here = options.root.empty();
  // A dry run tells what is in the way, and goes on to show the rest.
  if (here && !preflight(site, options, story) && !options.dry_run) {
    return false;
  }
  if (options.stages.install && here &&
      !install_packages(site, options, story)) {
    return false;
  }
  Configured configured{.good = true};
  if (options.stages.configure) {
    configured = configure(settings, site, page, options, story);
    if (!configured.good) return false;
  }
  if (!options.stages.activate || !here) return story.problems() == 0;
  return activate(site, configured.concerned, configured.units_changed, options,
                  story) &&
         story.problems() == 0;
}

}  // namespace installation
