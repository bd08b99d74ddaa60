#include "deploy/installation/installer.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "deploy/installation/changes.h"
#include "deploy/installation/credentials.h"
#include "deploy/installation/issuance.h"
#include "deploy/installation/look.h"
#include "deploy/installation/pages.h"
#include "deploy/installation/units.h"
#include "deploy/installation/waiting.h"
#include "deploy/machine/file.h"
#include "deploy/machine/program.h"
#include "deploy/relay/services.h"
#include "deploy/webpage/site.h"

namespace installation {
namespace {

using std::chrono::seconds;

constexpr seconds kCheckPatience{120};

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
}

void tell_undone(Story& story) {
  story.line("The files that were there are back; nothing was restarted");
}

bool write_files(const Changes& changes, const Options& options, Story& story) {
  for (std::size_t i = 0; i < changes.all.size(); ++i) {
    const std::string error = carry_out(changes.all[i], options.root);
    if (error.empty()) continue;
    story.problem(error, "Nothing else was changed");
    undo(changes, i, story);
    tell_undone(story);
    return false;
  }
  return true;
}

bool programs_take_it(const relay::Site& site, const Changes& changes,
                      Story& story) {
  const bool is_certified = has_certificate(site, "");
  for (const relay::Check& check : relay::checks(site)) {
    if (check.wants_certificate && !is_certified) continue;
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
    tell_undone(story);
    return false;
  }
  return true;
}

void prepare_folders(const relay::Site& site, const Options& options) {
  if (!options.root.empty()) return;
  machine::run_program({"systemd-sysusers"});
  machine::run_program({"systemd-tmpfiles", "--create", "--prefix=/etc",
                        "--prefix=/home", "--prefix=/var", "--prefix=/run",
                        "--prefix=" + site.mailboxes_dir});
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
  relay::Rendering rendering{};  // `changes` point into it
  Changes changes{};
  std::vector<relay::UnitNotice> concerned{};
};

// Who has to be told of what changes.
void note_concerned(Configured& result) {
  for (const Change& change : result.changes.all) {
    if (change.file == nullptr) {
      result.units_changed = true;
      continue;
    }
    result.units_changed = result.units_changed || change.file->is_unit;
    result.concerned.insert(result.concerned.end(),
                            change.file->concerns.begin(),
                            change.file->concerns.end());
  }
}

Configured configure(const daemons::Settings& settings, const relay::Site& site,
                     const Options& options, Story& story) {
  Configured result;
  const std::size_t before = story.problems();
  result.rendering = relay::render(site, options.templates.empty()
                                             ? relay::templates_directory()
                                             : options.templates);
  for (const std::string& error : result.rendering.errors) {
    story.problem(error, "");
  }
  if (!options.dry_run) prepare_folders(site, options);
  if (!have_credentials(settings, site, options, story, result.concerned)) {
    return result;
  }
  story.step("Files");
  result.changes = changes_of(result.rendering, options.root);
  for (const std::string& error : result.changes.errors) {
    story.problem(error, "");
  }
  for (const std::string& place : result.changes.hidden) {
    if (options.dry_run) {
      story.line(place +
                 " can be read by root alone: whether it would change "
                 "is not known");
    } else {
      story.problem(place + " can be read by root alone", "Run it as root");
    }
  }
  if (story.problems() != before) return result;
  tell_changes(result.changes, story);
  note_concerned(result);
  if (!options.dry_run && !write_files(result.changes, options, story)) {
    return result;
  }
  if (!options.dry_run && options.root.empty()) {
    prepare_folders(site, options);
    if (!programs_take_it(site, result.changes, story)) return result;
  }
  result.good = true;
  return result;
}

// The relay that was here goes on as it was: nothing of it was restarted yet.
void come_back(const Configured& configured,
               const std::vector<std::string>& stopped, Story& story) {
  undo(configured.changes, configured.changes.all.size(), story);
  systemctl({"daemon-reload"});
  for (const std::string& unit : stopped) systemctl({"start", unit});
  systemctl({"start", "nginx.service"});
  story.line(
      "The relay goes on as it was, with the certificate that it has.  "
      "chatmail.ini says otherwise until a run succeeds: put back what it was, "
      "or run it again");
}

// Units, the certificate, and the page that goes with them.
bool bring_into_force(const daemons::Settings& settings,
                      const relay::Site& site, const webpage::Site& page,
                      const Configured& configured, const Options& options,
                      Story& story) {
  const WebServer nginx = web_server_before(configured.changes);
  std::vector<std::string> stopped;
  if (!options.dry_run) stopped = quiet_units(site, configured.units_changed);
  const bool asks_otherwise =
      std::any_of(configured.concerned.begin(), configured.concerned.end(),
                  [](const relay::UnitNotice& one) {
                    return one.unit == "chatmail-acme.service";
                  });
  const Issuance issuance =
      obtain_certificate(settings, site, nginx, asks_otherwise, options, story);
  if (issuance == Issuance::kNone) {
    if (nginx.is_active && nginx.is_relays) {
      come_back(configured, stopped, story);
    }
    return false;
  }
  if (issuance == Issuance::kIncomplete) {
    story.line(
        "The relay goes on with the certificate that it has; under names that "
        "it is not for nobody logs in");
  }
  if (options.stages.configure && !publish_page(page, options, story)) {
    return false;
  }
  return activate(site, configured.concerned, options, story) &&
         story.problems() == 0;
}

}  // namespace

bool install(const daemons::Settings& settings, const relay::Site& site,
             const Options& options, Story& story) {
  // Before anything is touched: a page that lacks its contact stays offline.
  webpage::Site page;
  if (options.stages.configure) {
    page = webpage::build_site(settings, options.config_file);
    if (!page.errors.empty()) {
      story.step("Web page");
      for (const std::string& error : page.errors) story.problem(error, "");
      return false;
    }
  }
  const bool here = options.root.empty();
  // A dry run tells what is in the way, and goes on to show the rest.
  if (here && !look_at_host(settings, site, options, story) &&
      !options.dry_run) {
    return false;
  }
  if (options.stages.install && here &&
      !install_packages(site, options, story)) {
    return false;
  }
  Configured configured{.good = true};
  if (options.stages.configure) {
    configured = configure(settings, site, options, story);
    if (!configured.good) return false;
  }
  if (options.stages.activate && here) {
    return bring_into_force(settings, site, page, configured, options, story);
  }
  if (options.stages.configure && !publish_page(page, options, story)) {
    return false;
  }
  return story.problems() == 0;
}

}  // namespace installation
