// `chatmail rules`: are the rules right, what would they change, what may they
// name.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "daemon/program_files.h"
#include "daemon/settings.h"
#include "deploy/ctl/check_report.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/fact_table.h"
#include "deploy/ctl/file_octets.h"
#include "deploy/ctl/judging.h"
#include "deploy/ctl/manifest.h"
#include "milter/judging_settings.h"

namespace ctl {
namespace {

struct RulesOptions {
  std::string directory;
  std::string config_file;
  std::vector<std::string> manifests;
};

int complain(Surroundings& surroundings, const std::string& what) {
  surroundings.err << "chatmail rules: " << what << '\n';
  return kExitUnusable;
}

// On a relay its own rules are meant, those of a folder apart: who checks a
// rule that he has just written and forgets --config must not hear that all is
// well.
RulesOptions completed(RulesOptions options, const Surroundings& surroundings) {
  std::error_code ignored;
  if (options.directory.empty() && options.config_file.empty() &&
      std::filesystem::exists(surroundings.config_file, ignored)) {
    options.config_file = surroundings.config_file;
  }
  return options;
}

// The folder that the command line names, or what chatmail.ini says, or what
// is shipped.
milter::LoadedRules load(const RulesOptions& options,
                         const daemons::Settings& settings) {
  if (!options.directory.empty()) {
    return milter::load_rules("", options.directory, settings);
  }
  if (!options.config_file.empty()) return milter::load_rules(settings);
  return milter::load_rules("", daemons::shipped_rules_directory(), settings);
}

// False after a complaint.
bool read_config(const RulesOptions& options, daemons::Settings& settings,
                 Surroundings& surroundings) {
  if (options.config_file.empty()) return true;
  daemons::SettingsFile file = daemons::read_settings(options.config_file);
  if (!file.errors.empty()) {
    complain(surroundings, without_controls(file.errors.front()));
    return false;
  }
  settings = std::move(file.settings);
  return true;
}

std::string summary(const rules::RuleSet& rules) {
  std::size_t count = 0;
  for (const rules::Section& section : rules.sections) {
    count += section.deciding.size() + section.limits.size() +
             section.header_edits.size() + section.final_edits.size();
  }
  const std::size_t files = rules.files.size();
  return std::to_string(count) + " rules in " + std::to_string(files) +
         (files == 1 ? " file" : " files") + ": no error";
}

// 0: no error; 1: the rules have errors; 2: they cannot be read.
int run_check(const RulesOptions& options, Surroundings& surroundings) {
  daemons::Settings settings;
  if (!read_config(options, settings, surroundings)) return kExitUnusable;
  const milter::LoadedRules rules = load(options, settings);
  for (const std::string& warning : rules.warnings) {
    surroundings.out << warning << '\n';
  }
  for (const std::string& error : rules.errors) {
    surroundings.out << error << '\n';
  }
  if (rules.rulebook == nullptr) {
    const bool unreadable =
        rules.errors.size() == 1 && rules.errors.front().starts_with("rules: ");
    return unreadable ? kExitUnusable : kExitDiffers;
  }
  surroundings.out << summary(*rules.rulebook->rules()) << '\n';
  return kExitDone;
}

// The corpus that was installed, or that of the build tree.
std::vector<std::string> shipped_manifests() {
  namespace fs = std::filesystem;
  const fs::path corpus =
      fs::path(daemons::shipped_rules_directory()).parent_path() / "corpus";
  std::vector<std::string> found;
  std::error_code problem;
  for (fs::directory_iterator entry(corpus, problem), end;
       !problem && entry != end; entry.increment(problem)) {
    const fs::path manifest = entry->path() / "manifest.jsonl";
    if (fs::exists(manifest, problem)) found.push_back(manifest.string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// The verdict, and what is done to a message that passes.
std::string told(const Case& subject, const Outcome& outcome) {
  std::string text = describe(subject, outcome);
  if (outcome.judgement.verdict == policy::Verdict::kAccept) {
    text += " [" + policy::carried_out(outcome.trace) + ']';
  }
  return text;
}

// "on SECTION: limit 60/60 s burst 10 by login as rate": a message comes out
// the same however many may follow it, so the numbers are compared by
// themselves.
std::vector<std::string> limits_of(const rules::RuleSet& rules) {
  std::vector<std::string> limits;
  for (const rules::Section& section : rules.sections) {
    for (const rules::Rule& rule : section.limits) {
      std::string keys;
      for (const std::size_t fact : rule.limit.keys) {
        keys += (keys.empty() ? "" : ", ") +
                std::string(rules.facts[fact].definition->name);
      }
      limits.push_back(fmt::format(
          "on {}: limit {}/{} s burst {}{} by {} as {}",
          section.definition->name, rule.limit.count, rule.limit.period,
          rule.limit.burst,
          rule.limit.counts_recipients ? " counting recipients" : "", keys,
          rule.reason));
    }
  }
  std::sort(limits.begin(), limits.end());
  return limits;
}

class Comparison {
 public:
  Comparison(std::shared_ptr<const policy::Rulebook> before,
             std::shared_ptr<const policy::Rulebook> after,
             Surroundings& surroundings)
      : surroundings_(surroundings) {
    compare_limits(*before->rules(), *after->rules());
    before_.configuration.rulebook = std::move(before);
    after_.configuration.rulebook = std::move(after);
    before_.now = after_.now = surroundings.now;
  }

  void add(const Case& subject) {
    FileOctets file = read_file(subject.path, surroundings_.in);
    if (!file.error.empty()) {
      complain(surroundings_, without_controls(file.error));
      ++unusable_;
      return;
    }
    ++cases_;
    const std::string old =
        told(subject, judge_message(subject, file.octets, before_));
    const std::string now =
        told(subject, judge_message(subject, std::move(file.octets), after_));
    if (old == now) return;
    ++changed_;
    surroundings_.out << subject.path << '\n'
                      << "  - " << old << '\n'
                      << "  + " << now << '\n';
  }

  int conclude() {
    surroundings_.out << changed_ << " of " << cases_
                      << " messages come out otherwise (the sections recipient "
                         "and data, which\nPostfix asks before there is a "
                         "message, are not among that)";
    surroundings_.out << (limits_differ_ ? ", and limits differ\n" : "\n");
    if (unusable_ > 0) return kExitUnusable;
    return changed_ > 0 || limits_differ_ ? kExitDiffers : kExitDone;
  }

 private:
  void compare_limits(const rules::RuleSet& before,
                      const rules::RuleSet& after) {
    const std::vector<std::string> old = limits_of(before);
    const std::vector<std::string> now = limits_of(after);
    limits_differ_ = old != now;
    print_those_missing("  - ", old, now);
    print_those_missing("  + ", now, old);
  }

  // Those of `these` that `others` has not.
  void print_those_missing(std::string_view mark,
                           const std::vector<std::string>& these,
                           const std::vector<std::string>& others) {
    std::vector<std::string> missing;
    std::set_difference(these.begin(), these.end(), others.begin(),
                        others.end(), std::back_inserter(missing));
    for (const std::string& limit : missing) {
      surroundings_.out << mark << limit << '\n';
    }
  }

  JudgingOptions before_;
  JudgingOptions after_;
  Surroundings& surroundings_;
  std::size_t cases_ = 0;
  std::size_t changed_ = 0;
  bool limits_differ_ = false;
  std::size_t unusable_ = 0;
};

int run_test(const RulesOptions& options, Surroundings& surroundings) {
  daemons::Settings settings;
  if (!read_config(options, settings, surroundings)) return kExitUnusable;
  const milter::LoadedRules after = load(options, settings);
  const milter::LoadedRules before =
      milter::load_rules("", daemons::shipped_rules_directory(), settings);
  for (const milter::LoadedRules* rules : {&after, &before}) {
    if (rules->rulebook != nullptr) continue;
    for (const std::string& error : rules->errors) {
      surroundings.out << error << '\n';
    }
    return kExitUnusable;
  }
  const std::vector<std::string> manifests =
      options.manifests.empty() ? shipped_manifests() : options.manifests;
  if (manifests.empty()) {
    return complain(surroundings,
                    "there is no corpus here; name one with --manifest");
  }
  Comparison comparison(before.rulebook, after.rulebook, surroundings);
  for (const std::string& path : manifests) {
    const Manifest manifest = read_manifest(path, {});
    if (!manifest.errors.empty()) {
      return complain(surroundings, without_controls(manifest.errors.front()));
    }
    for (const Case& subject : manifest.cases) comparison.add(subject);
  }
  return comparison.conclude();
}

void declare_folder(CommandLine& command, RulesOptions& options) {
  command
      .add_option("DIRECTORY", options.directory,
                  "A folder with rules, *.conf, and perhaps\nrules.d/*.conf "
                  "in front of them (default: those\nof chatmail.ini, or the "
                  "shipped ones)")
      ->type_name("");
  command
      .add_option("--config", options.config_file,
                  "The relay's chatmail.ini, for its $settings\n(default: "
                  "/etc/chatmail/chatmail.ini, or\nCHATMAIL_INI, where it is "
                  "there and no\nDIRECTORY is named)")
      ->type_name("FILE");
}

void declare_rules(CommandLine& app, Surroundings& surroundings,
                   int& exit_status) {
  CommandLine* command =
      app.add_subcommand("rules", "Checks rules, and shows what they change");
  command->require_subcommand();
  auto options = std::make_shared<RulesOptions>();
  CommandLine* check = command->add_subcommand(
      "check", "Are the rules without errors?  Exit status 1: no");
  declare_folder(*check, *options);
  check->callback([options, &surroundings, &exit_status] {
    exit_status = run_check(completed(*options, surroundings), surroundings);
  });
  CommandLine* test = command->add_subcommand(
      "test",
      "Judges the corpus by these rules and by the shipped ones, and shows "
      "each message that comes out otherwise; exit status 1: some do");
  declare_folder(*test, *options);
  test->add_option("--manifest", options->manifests,
                   "Another corpus than the shipped one")
      ->type_name("FILE");
  test->callback([options, &surroundings, &exit_status] {
    exit_status = run_test(completed(*options, surroundings), surroundings);
  });
  CommandLine* facts = command->add_subcommand(
      "facts", "The table of the facts that rules may name, in Markdown");
  facts->callback([&surroundings, &exit_status] {
    surroundings.out << fact_table();
    exit_status = kExitDone;
  });
}

}  // namespace

const Command kRulesCommand = {"rules", declare_rules};

}  // namespace ctl
