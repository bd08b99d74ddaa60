// `chatmail bench`: how much the relay of this host does.
//
// Only that: a relay elsewhere is somebody's, and load on it is an attack.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/json_text.h"
#include "deploy/ctl/trial_relay.h"
#include "deploy/machine/own_addresses.h"
#include "deploy/trial/load.h"

namespace ctl {
namespace {

using trial::Load;
using trial::LoadReport;
using trial::Pace;

// More would be a load test of doveauth, and mailboxes to clear away.
constexpr std::size_t kMostAccounts = 500;

struct BenchOptions {
  std::string config_file;
  std::string host = "127.0.0.1";
  std::size_t messages = 200;
  std::size_t logins = 200;
  std::size_t connections = 10;
  std::size_t size = 2000;
  unsigned seconds = 60;
  unsigned patience = 20;
  bool json = false;
};

int complain(Surroundings& surroundings, const std::string& what) {
  surroundings.err << "chatmail bench: " << without_controls(what) << '\n';
  return kExitUnusable;
}

Load load_of(const BenchOptions& options, const daemons::Settings& settings) {
  return {.connections = options.connections,
          .messages = options.messages,
          .logins = options.logins,
          .messages_of_one = std::max<std::size_t>(
              settings.number("max_user_send_burst_size"), 1),
          .octets = options.size,
          .seconds = std::chrono::seconds(options.seconds)};
}

std::string pace_line(const char* what, const Pace& pace,
                      const std::string& remark) {
  return fmt::format("{:<13}{:6} in {:6.2f} s  {:7.1f} a second{}\n", what,
                     pace.count, pace.seconds, pace.per_second(), remark);
}

void print(const LoadReport& report, const Load& load, std::ostream& out) {
  out << pace_line("new accounts", report.first_logins, "")
      << pace_line("logins", report.logins, "")
      << pace_line("messages", report.submissions,
                   fmt::format(", {} octets of ciphertext each, a login for "
                               "every {}",
                               load.octets, load.messages_of_one));
  const std::vector<double>& all = report.latencies;
  out << fmt::format("{:<13}{:6} of {}", "arrived", all.size(),
                     report.submissions.count);
  if (!all.empty()) {
    out << fmt::format(
        ": half within {:.2f} s, 99 of 100 within {:.2f} s, the last after "
        "{:.2f} s",
        trial::percentile(all, 0.5), trial::percentile(all, 0.99), all.back());
  }
  out << '\n';
  for (const auto& [reply, count] : report.refusals) {
    out << fmt::format("{:<13}{:6} times: {}\n", "refused", count,
                       without_controls(reply));
  }
}

nlohmann::ordered_json in_json(const Pace& pace) {
  return {{"count", pace.count},
          {"seconds", pace.seconds},
          {"per_second", pace.per_second()}};
}

nlohmann::ordered_json in_json(const LoadReport& report, const Load& load) {
  const std::vector<double>& all = report.latencies;
  return {{"connections", load.connections},
          {"octets", load.octets},
          {"accounts", report.accounts.size()},
          {"new_accounts", in_json(report.first_logins)},
          {"logins", in_json(report.logins)},
          {"messages", in_json(report.submissions)},
          {"arrived", all.size()},
          {"seconds_p50", trial::percentile(all, 0.5)},
          {"seconds_p99", trial::percentile(all, 0.99)},
          {"seconds_max", all.empty() ? 0.0 : all.back()},
          {"refusals", report.refusals},
          {"error", report.error}};
}

int run_bench(const BenchOptions& options, Surroundings& surroundings) {
  const std::string config = options.config_file.empty()
                                 ? surroundings.config_file
                                 : options.config_file;
  const TrialRelay relay = read_trial_relay(config);
  if (!relay.error.empty()) return complain(surroundings, relay.error);
  std::string error;
  if (!machine::is_this_host(options.host, error)) {
    return complain(surroundings,
                    error +
                        "; load is put on the relay of this host alone: "
                        "run it there");
  }
  const Load load = load_of(options, relay.settings);
  if (trial::accounts_for(load) > kMostAccounts) {
    return complain(
        surroundings,
        fmt::format("{} messages take {} accounts, for an account may send {} "
                    "at once (max_user_send_burst_size); {} accounts are the "
                    "most, so --messages {}",
                    load.messages, trial::accounts_for(load),
                    load.messages_of_one, kMostAccounts,
                    kMostAccounts * load.messages_of_one));
  }
  const trial::Target target =
      target_of(relay, options.host, options.patience, surroundings.now);
  const bool shows = surroundings.shows_progress;
  const LoadReport report = trial::put_load_on(
      target, load,
      [&](const std::string& part, std::size_t done, std::size_t of) {
        if (!shows) return;
        surroundings.err << "\r\x1b[K" << part << ' ' << done << " of " << of
                         << std::flush;
      });
  if (shows) surroundings.err << "\r\x1b[K" << std::flush;
  if (options.json) {
    surroundings.out << to_line(in_json(report, load)) << std::endl;
  } else {
    print(report, load, surroundings.out);
    surroundings.out.flush();
  }
  const std::string left =
      remove_accounts(report.accounts, config, surroundings);
  if (!left.empty()) {
    surroundings.err << "note: " << without_controls(left) << '\n';
  }
  if (!report.error.empty()) {
    complain(surroundings, report.error + "; `chatmail test` finds out why");
    return kExitDiffers;
  }
  return report.latencies.size() == report.submissions.count ? kExitDone
                                                             : kExitDiffers;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "bench", "Measure how much the relay of this host does");
  const auto options = std::make_shared<BenchOptions>();
  command->add_option("--config", options->config_file, "The settings")
      ->type_name("FILE");
  command
      ->add_option("--host", options->host,
                   "The address of this host to connect to (127.0.0.1)")
      ->type_name("HOST");
  command
      ->add_option("--messages", options->messages,
                   "How many are sent at most (200)")
      ->type_name("N")
      ->shown_range(1U, 100'000U);
  command
      ->add_option("--logins", options->logins,
                   "How many there are at most, beside the first of each "
                   "account (200)")
      ->type_name("N")
      ->shown_range(1U, 100'000U);
  command
      ->add_option("--connections", options->connections,
                   "At the same time; as many wait for mail (10)")
      ->type_name("N")
      ->shown_range(1U, 100U);
  command
      ->add_option("--seconds", options->seconds,
                   "How long each part may take at most (60)")
      ->type_name("N")
      ->shown_range(1U, 600U);
  command
      ->add_option("--size", options->size,
                   "Octets that are encrypted in a message (2000)")
      ->type_name("OCTETS")
      ->shown_range(100U, 1'000'000U);
  command
      ->add_option("--patience", options->patience,
                   "How long an answer, and the last delivery, may take (20)")
      ->type_name("SECONDS")
      ->shown_range(1U, 600U);
  command->add_flag("--json", options->json, "One JSON object");
  command->footer(
      "\nIt makes accounts whose names begin with ci-, and root's run deletes\n"
      "them.  The relay of another host is refused: run it there.\n"
      "Exit status: 0 all that was taken has arrived, 1 it has not, or the\n"
      "relay failed, 2 it could not begin.");
  command->callback([options, &surroundings, &exit_status] {
    exit_status = run_bench(*options, surroundings);
  });
}

}  // namespace

const Command kBenchCommand = {.name = "bench", .declare = declare};

}  // namespace ctl
