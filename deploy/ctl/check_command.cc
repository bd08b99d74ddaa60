// `chatmail check`: what would the relay do with this message, and why.

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "deploy/ctl/check_options.h"
#include "deploy/ctl/check_report.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/emit_directory.h"
#include "deploy/ctl/file_octets.h"
#include "deploy/ctl/json_text.h"
#include "deploy/ctl/judging.h"
#include "deploy/ctl/manifest.h"

namespace ctl {
namespace {

class CheckRun {
 public:
  CheckRun(const CheckOptions& options, Surroundings& surroundings)
      : options_(options), surroundings_(surroundings) {
    if (!options.emit_directory.empty()) emit_.emplace(options.emit_directory);
  }

  int run() {
    const std::vector<Case> cases = collect();
    if (unusable_ > 0) return kExitUnusable;
    for (const Case& subject : cases) judge(subject);
    if (!options_.manifests.empty()) summarise();
    if (unusable_ > 0) return kExitUnusable;
    return failed_ > 0 ? kExitDiffers : kExitDone;
  }

 private:
  std::vector<Case> collect() {
    std::vector<Case> cases;
    for (const auto& path : options_.messages) {
      Case subject = options_.defaults;
      subject.name = path;
      subject.path = path;
      cases.push_back(std::move(subject));
    }
    for (const auto& path : options_.manifests) {
      Manifest manifest = read_manifest(path, options_.defaults);
      for (const auto& error : manifest.errors) complain(error);
      for (auto& subject : manifest.cases) cases.push_back(std::move(subject));
    }
    return cases;
  }

  void judge(const Case& subject) {
    FileOctets file = read_file(subject.path, surroundings_.in);
    if (!file.error.empty()) {
      complain(subject.position.empty() ? file.error
                                        : subject.position + ": " + file.error);
      return;
    }
    const Outcome outcome =
        judge_message(subject, std::move(file.octets), options_.judging);
    std::string emitted;
    if (emit_ && outcome.judgement.verdict == policy::Verdict::kAccept) {
      auto result = emit_->write(subject.path, outcome.queued);
      if (result.error.empty()) {
        emitted = std::move(result.path);
      } else {
        complain(result.error);
      }
    }
    report(subject, outcome, emitted);
  }

  void report(const Case& subject, const Outcome& outcome,
              const std::string& emitted) {
    const std::string differs = difference(subject, outcome.judgement);
    ++(differs.empty() ? passed_ : failed_);
    if (options_.json) {
      surroundings_.out << to_line(to_json(subject, outcome, emitted)) << '\n';
      return;
    }
    const bool compared = subject.expectation != Expectation::kNothing;
    if (compared && differs.empty()) return;
    std::string text = describe(subject, outcome);
    if (surroundings_.colour) {
      text = coloured(std::move(text), outcome.judgement.verdict);
    }
    if (!compared) {
      surroundings_.out << subject.name << ": " << text << '\n';
      return;
    }
    surroundings_.out << subject.path << ": " << differs << '\n'
                      << "    got: " << text << '\n';
    if (!subject.why.empty()) {
      surroundings_.out << "    why: " << without_controls(subject.why) << '\n';
    }
  }

  // With --json the standard output is for the objects alone.
  void summarise() {
    (options_.json ? surroundings_.err : surroundings_.out)
        << passed_ << " passed, " << failed_ << " failed\n";
  }

  void complain(const std::string& error) {
    surroundings_.err << "chatmail check: " << without_controls(error) << '\n';
    ++unusable_;
  }

  const CheckOptions& options_;
  Surroundings& surroundings_;
  std::optional<EmitDirectory> emit_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  std::size_t unusable_ = 0;
};

int run_check(CheckOptions& options, Surroundings& surroundings) {
  options.judging.now = surroundings.now;
  std::vector<std::string> warnings;
  const std::string error = complete(options, warnings);
  for (const auto& warning : warnings) {
    surroundings.err << "chatmail check: warning: "
                     << lines_without_controls(warning) << '\n';
  }
  if (!error.empty()) {
    surroundings.err << "chatmail check: " << lines_without_controls(error)
                     << '\n';
    return kExitUnusable;
  }
  return CheckRun(options, surroundings).run();
}

void declare_check(CommandLine& app, Surroundings& surroundings,
                   int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "check", "What the relay would do with a message, and why");
  auto options = std::make_shared<CheckOptions>();
  declare_check_options(*command, *options);
  command->callback([options, &surroundings, &exit_status] {
    exit_status = run_check(*options, surroundings);
  });
}

}  // namespace

const Command kCheckCommand = {"check", declare_check};

}  // namespace ctl
