// `chatmail test`: the relay of chatmail.ini tried out as clients use it.
//
// The accounts that it makes are taken away again where that is allowed: by
// root, on the host of the relay.  Elsewhere they go as all that nobody uses.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "deploy/ctl/command.h"
#include "deploy/ctl/json_text.h"
#include "deploy/ctl/relay.h"
#include "deploy/ctl/remote.h"
#include "deploy/relay/site.h"
#include "deploy/trial/relay_trial.h"
#include "mailbox/removal.h"

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
  const bool is_good = finding.kind == Kind::kGood;
  const char* const colour =
      !surroundings.colour ? "" : (is_good ? "\x1b[32m" : "\x1b[1;31m");
  const char* const plain = surroundings.colour ? "\x1b[0m" : "";
  surroundings.out << fmt::format("{}{:<9}{} {:5.2f} s  {}", colour,
                                  word_of(finding.kind), plain, finding.seconds,
                                  finding.step);
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

// Takes them away; gives what is left and why.
std::string remove_accounts(const std::vector<std::string>& accounts,
                            const std::string& config,
                            Surroundings& surroundings) {
  if (accounts.empty()) return "";
  const std::string names = fmt::format("{}", fmt::join(accounts, ", "));
  const std::string stay = names + " stay until nobody has used them for long";
  if (!surroundings.become) {
    return stay + ": root on the relay's host can delete them";
  }
  std::string error;
  const auto relay = open_relay(config, surroundings, error);
  if (!relay) return stay + ": " + error;
  for (const std::string& address : accounts) {
    const mailbox::OpenResult found = relay->mailboxes.find(address);
    if (found.presence != mailbox::Presence::kThere) {
      return address + " is not among the mailboxes of this host";
    }
    const mailbox::RemovalResult result = mailbox::remove_mailbox(
        relay->mailboxes, address, found.mailbox, [] { return true; });
    if (result.kind != mailbox::Removed::kRemoved) {
      return address + " could not be deleted: " + result.error;
    }
  }
  return "";
}

trial::Target target_of(const relay::Site& site,
                        const daemons::Settings& settings,
                        const TestOptions& options, std::int64_t now) {
  trial::Target target{.host = options.host,
                       .name = site.mail_domain,
                       .address_domain = site.address_domain};
  target.checks_certificate = site.tls.mode != relay::TlsMode::kSelfSigned;
  target.has_web_registration = settings.text("registration") == "open";
  target.user_name_length =
      std::clamp<std::size_t>(9, settings.number("username_min_length"),
                              std::max(settings.number("username_min_length"),
                                       settings.number("username_max_length")));
  target.password_length =
      std::clamp<std::size_t>(settings.number("password_min_length"), 16, 256);
  target.patience = std::chrono::seconds(options.patience);
  target.now = now;
  return target;
}

int run_test(const TestOptions& options, Surroundings& surroundings) {
  const std::string config = options.config_file.empty()
                                 ? surroundings.config_file
                                 : options.config_file;
  const auto complain = [&](const std::string& error) {
    surroundings.err << "chatmail test: " << without_controls(error) << '\n';
    return kExitUnusable;
  };
  const daemons::SettingsFile file = daemons::read_settings(config);
  if (!file.errors.empty()) return complain(file.errors.front());
  const relay::SiteResult made =
      relay::make_site(file.settings, relay::this_host(file.settings));
  if (!made.errors.empty()) return complain(made.errors.front());
  const trial::Target target =
      target_of(made.site, file.settings, options, surroundings.now);
  if (!target.checks_certificate) {
    surroundings.err << "note: nobody certifies " << target.name
                     << ", so certificates are not checked\n";
  }
  std::size_t count = 0;
  std::size_t failures = 0;
  const trial::Outcome outcome =
      trial::try_relay(target, [&](const trial::Finding& finding) {
        ++count;
        if (finding.kind != Kind::kGood) ++failures;
        tell(finding, options, surroundings);
      });
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
  return outcome.is_good ? kExitDone : kExitDiffers;
}

void declare(CLI::App& app, Surroundings& surroundings, int& exit_status) {
  CLI::App* command = app.add_subcommand(
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
      ->check(CLI::Range(1U, 600U));
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
