// The units of a relay: what its files concern takes notice, what does not run
// is started, what would be in the way is off.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <utility>

#include "deploy/installation/installer.h"
#include "deploy/installation/units.h"
#include "deploy/installation/waiting.h"
#include "deploy/machine/listening_ports.h"
#include "deploy/machine/program.h"
#include "deploy/relay/services.h"

namespace installation {
namespace {

using std::chrono::seconds;

constexpr seconds kStartPatience{180};
constexpr seconds kReadyPatience{60};
constexpr std::uint16_t kPorts[] = {25, 143, 443, 465, 587, 993};

void tell_failure(const std::string& unit, const std::string& why,
                  Story& story) {
  story.problem(fmt::format("{} does not run: {}", unit, why),
                fmt::format("What it said last: journalctl -u {}",
                            relay::running_unit(unit)));
  tell_log(unit, story);
}

// A unit to what is to be done with it: a restart covers a reload.
std::map<std::string, relay::Notice> notices(
    const std::vector<relay::UnitNotice>& concerned) {
  std::map<std::string, relay::Notice> wanted;
  for (const relay::UnitNotice& one : concerned) {
    const auto [place, is_new] = wanted.emplace(one.unit, one.notice);
    if (!is_new && one.notice == relay::Notice::kRestart) {
      place->second = relay::Notice::kRestart;
    }
  }
  return wanted;
}

bool start(const std::string& unit, const char* verb, Story& story) {
  const machine::ProgramResult result =
      run_told(fmt::format("{}: {}", verb, unit), {"systemctl", verb, unit},
               {.patience = kStartPatience}, story);
  if (result.good()) {
    story.line(fmt::format("{}: {}", unit,
                           std::string_view(verb) == "start"     ? "started"
                           : std::string_view(verb) == "restart" ? "restarted"
                                                                 : "reloaded"));
    return true;
  }
  tell_failure(unit, result.why(), story);
  return false;
}

bool listens(const std::vector<machine::ListeningPort>& ports,
             std::uint16_t wanted) {
  return std::any_of(ports.begin(), ports.end(), [&](const auto& one) {
    return !one.is_udp && one.port == wanted;
  });
}

bool wait_until_ready(Story& story) {
  const auto deadline = std::chrono::steady_clock::now() + kReadyPatience;
  while (true) {
    const auto ports = machine::listening_ports();
    std::string missing;
    for (const std::uint16_t port : kPorts) {
      if (!listens(ports, port)) missing += ' ' + std::to_string(port);
    }
    if (missing.empty()) {
      story.line("all ports answer");
      return true;
    }
    if (std::chrono::steady_clock::now() > deadline) {
      story.problem("nobody listens on" + missing,
                    "Look at: chatmail status, journalctl -p warning -n 50");
      return false;
    }
    story.progress("waiting until somebody listens on" + missing);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

}  // namespace

std::vector<std::string> quiet_units(const relay::Site& site,
                                     bool units_changed) {
  std::vector<std::string> running;
  // While systemd still has them as they were started, though their files are
  // gone: without its service a timer fails, and a socket's folder stays.
  std::vector<std::string> words = relay::unwanted_units(site);
  for (const std::string& unit : words) {
    if (is_active(unit)) running.push_back(unit);
  }
  words.insert(words.begin(), "stop");
  systemctl(std::move(words));
  if (units_changed) systemctl({"daemon-reload"});
  return running;
}

bool activate(const relay::Site& site,
              const std::vector<relay::UnitNotice>& concerned,
              const Options& options, Story& story) {
  story.step("Services");
  const std::map<std::string, relay::Notice> wanted = notices(concerned);
  if (options.dry_run) {
    for (const auto& [unit, notice] : wanted) {
      story.line(fmt::format(
          "would {} {}",
          notice == relay::Notice::kRestart ? "restart" : "reload", unit));
    }
    return true;
  }
  for (const std::string& unit : relay::unwanted_units(site)) {
    systemctl({"disable", "--quiet", unit});
  }
  const std::vector<std::string> units = relay::units(site);
  bool good = true;
  // Of the system, not of the relay: they are looked at first.
  for (const auto& [unit, notice] : wanted) {
    const bool is_relays =
        std::find(units.begin(), units.end(), unit) != units.end();
    // Asked for the certificate it has been already.
    const bool is_done = unit == "chatmail-acme.service";
    if (!is_relays && !is_done) systemctl({"restart", unit});
  }
  for (const std::string& unit : units) {
    systemctl({"enable", "--quiet", unit});
    const auto found = wanted.find(unit);
    if (!is_active(unit)) {
      good = start(unit, "start", story) && good;
    } else if (found != wanted.end()) {
      good =
          start(unit,
                found->second == relay::Notice::kRestart ? "restart"
                                                         : "reload-or-restart",
                story) &&
          good;
    }
  }
  return good && wait_until_ready(story);
}

}  // namespace installation
