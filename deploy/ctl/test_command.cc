// `chatmail test`: the relay of chatmail.ini tried out as clients use it.
//
// The accounts that it makes are taken away again (trial_relay.h).

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/json_text.h"
#include "deploy/ctl/remote.h"
#include "deploy/ctl/signature_steps.h"
#include "deploy/ctl/trial_relay.h"
#include "deploy/trial/relay_trial.h"

namespace ctl {
namespace {

using Kind = trial::Finding::Kind;

struct TestOptions {
  std::string config_file;
  std::string ssh_host;
  std::string host = "127.0.0.1";
  unsigned patience = 20;
  bool json = false;
};

const char* word_of(Kind kind) {
  switch (kind) {
    case Kind::kGood:
      return "good";
    case Kind::kBad:
      return "bad";
    case Kind::kNotApplicable:
      return "not applicable";
    case Kind::kNotTried:
      break;
  }
  return "not tried";
}

void tell(const trial::Finding& finding, const TestOptions& options,
          Surroundings& surroundings) {
  if (options.json) {
    surroundings.out << to_line({{"step", finding.step},
                                 {"result", word_of(finding.kind)},
                                 {"seconds", finding.seconds},
                                 {"said", finding.said},
                                 {"advice", finding.advice}})
                     << std::endl;
    return;
  }
  const bool is_good = trial::is_fine(finding.kind);
  const char* const colour =
      !surroundings.colour ? "" : (is_good ? "\x1b[32m" : "\x1b[1;31m");
  const char* const plain = surroundings.colour ? "\x1b[0m" : "";
  surroundings.out << fmt::format(
      "{}{:<9}{} {:5.2f} s  {}", colour,
      finding.kind == Kind::kNotApplicable ? "n/a" : word_of(finding.kind),
      plain, finding.seconds, finding.step);
  const std::string said = without_controls(finding.said);
  if (is_good && !said.empty()) surroundings.out << ": " << said;
  surroundings.out << '\n';
  if (!is_good) {
    constexpr const char* kIndent = "                   ";
    surroundings.out << kIndent << "seen: " << said << '\n'
                     << kIndent << "do:   " << finding.advice << '\n';
  }
  surroundings.out.flush();
}

int run_test(const TestOptions& options, Surroundings& surroundings) {
  const std::string config = options.config_file.empty()
                                 ? surroundings.config_file
                                 : options.config_file;
  const TrialRelay relay = read_trial_relay(config);
  if (!relay.error.empty()) {
    surroundings.err << "chatmail test: " << without_controls(relay.error)
                     << '\n';
    return kExitUnusable;
  }
  const trial::Target target =
      target_of(relay, options.host, options.patience, surroundings.now);
  if (!target.checks_certificate) {
    surroundings.err << "note: nobody certifies " << target.name
                     << ", so certificates are not checked\n";
  }
  std::size_t count = 0;
  std::size_t failures = 0;
  const trial::Trial::Tell take = [&](const trial::Finding& finding) {
    if (finding.kind != Kind::kNotApplicable) ++count;
    if (!trial::is_fine(finding.kind)) ++failures;
    tell(finding, options, surroundings);
  };
  const trial::Outcome outcome = trial::try_relay(target, take);
  try_signatures(relay, surroundings, take);
  const std::string left =
      remove_accounts(outcome.accounts, config, surroundings);
  if (!left.empty()) {
    surroundings.err << "note: " << without_controls(left) << '\n';
  }
  if (!options.json) {
    surroundings.out << fmt::format("{} at {}: {} of {} steps are good\n",
                                    target.name, target.host, count - failures,
                                    count);
  }
  return failures == 0 ? kExitDone : kExitDiffers;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "test", "Try the running relay out, from login to delivery");
  const auto options = std::make_shared<TestOptions>();
  command->add_option("--config", options->config_file, "The settings")
      ->type_name("FILE");
  command
      ->add_option("--host", options->host,
                   "Where the relay's ports are (127.0.0.1)")
      ->type_name("HOST");
  command
      ->add_option("--patience", options->patience,
                   "How long an answer and a delivery may take (20)")
      ->type_name("SECONDS")
      ->shown_range(1U, 600U);
  command->add_flag("--json", options->json, "One JSON object a line");
  add_ssh_host(*command, options->ssh_host);
  command->callback([options, &surroundings, &exit_status] {
    exit_status = options->ssh_host.empty()
                      ? run_test(*options, surroundings)
                      : run_there(options->ssh_host, surroundings);
  });
}

}  // namespace

const Command kTestCommand = {"test", &declare};

}  // namespace ctl
