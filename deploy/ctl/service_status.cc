// Services and ports of a relay.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "deploy/ctl/queue_listing.h"
#include "deploy/ctl/relay_status.h"
#include "deploy/machine/listening_ports.h"
#include "deploy/machine/program.h"
#include "deploy/relay/services.h"

namespace ctl {
namespace {

using Kind = StatusLine::Kind;

// The process of a unit, where it is not named as the unit is.
std::string process_of(const std::string& unit) {
  std::string name = unit.substr(0, unit.rfind('.'));
  if (name == "postfix") return "master";
  if (name == "coturn") return "turnserver";
  if (name == "chatmail-doveauth") return "doveauth";
  if (name == "chatmail-lastlogin") return "lastlogin";
  if (name == "chatmail-mtail") return "mtail";
  return name;
}

using Properties = std::map<std::string, std::string, std::less<>>;
using Units = std::map<std::string, Properties>;

// Of `systemctl show`: blocks of NAME=VALUE, an empty line between them.
Units units_of(std::string_view text) {
  Units units;
  Properties block;
  const auto finish = [&] {
    const std::string id = block["Id"];
    if (!id.empty()) units[id] = block;
    block.clear();
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = line.find('=');
    if (line.empty()) {
      finish();
    } else if (equals != std::string_view::npos) {
      block[std::string(line.substr(0, equals))] = line.substr(equals + 1);
    }
  }
  finish();
  return units;
}

// "@1790000000" of --timestamp=unix; 0 for anything else.
std::int64_t unix_time(const std::string& text) {
  std::int64_t seconds = 0;
  if (text.starts_with('@')) {
    std::from_chars(text.data() + 1, text.data() + text.size(), seconds);
  }
  return seconds;
}

// How the service of a timer ended when it ran last.
void add_last_run(const std::string& unit, const Units& known, std::int64_t now,
                  StatusLine& line) {
  const auto found = known.find(relay::started_service(unit));
  if (found == known.end()) return;
  Properties service = found->second;
  const std::string& result = service["Result"];
  const std::int64_t ended = unix_time(service["ExecMainExitTimestamp"]);
  if (ended != 0) {
    line.facts["last_run"] = ended;
    line.facts["last_result"] = result;
  }
  const std::string when =
      ended == 0 ? std::string() : " " + age_text(now - ended) + " ago";
  if (!result.empty() && result != "success") {
    line.kind = Kind::kBad;
    line.text += fmt::format("; {} failed{}: {}; see: journalctl -u {}",
                             found->first, when, result, found->first);
  } else if (ended != 0) {
    line.text += "; last ran" + when;
  }
}

StatusLine line_of(const std::string& unit, Properties properties,
                   std::int64_t now) {
  StatusLine line{"service", unit, Kind::kBad, "not installed"};
  if (properties["LoadState"] != "loaded") return line;
  const std::string& state = properties["ActiveState"];
  line.kind = state == "active" ? Kind::kGood : Kind::kBad;
  line.text = state + " (" + properties["SubState"] + ")";
  line.facts["state"] = state;
  const std::int64_t since = unix_time(properties["ActiveEnterTimestamp"]);
  if (state == "active" && since != 0) {
    line.text += " for " + age_text(now - since);
    line.facts["since"] = since;
  }
  const std::string& said = properties["NRestarts"];
  unsigned restarts = 0;
  std::from_chars(said.data(), said.data() + said.size(), restarts);
  if (restarts != 0) {
    line.text += restarts == 1 ? std::string(", restarted once")
                               : fmt::format(", restarted {} times", restarts);
    line.facts["restarts"] = restarts;
  }
  return line;
}

// Without systemd: who runs.  A timer is nobody's process.
StatusLines by_processes(const std::vector<std::string>& units,
                         const std::string& proc) {
  constexpr std::size_t kLongestName = 15;  // the kernel cuts names
  StatusLines lines;
  const auto running = machine::running_programs(proc);
  for (const std::string& unit : units) {
    if (!unit.ends_with(".service")) {
      lines.push_back(
          {"service", unit, Kind::kUnknown, "not known: systemd does not run"});
      continue;
    }
    const std::string name = process_of(unit).substr(0, kLongestName);
    const bool runs = std::any_of(
        running.begin(), running.end(),
        [&](const auto& one) { return one.substr(0, kLongestName) == name; });
    lines.push_back({"service", unit, runs ? Kind::kGood : Kind::kBad,
                     runs ? "runs" : "does not run"});
  }
  return lines;
}

struct PublicPort {
  std::uint16_t port;
  bool is_udp;
};
constexpr std::array kPorts = {PublicPort{25, false},  PublicPort{80, false},
                               PublicPort{143, false}, PublicPort{443, false},
                               PublicPort{465, false}, PublicPort{587, false},
                               PublicPort{993, false}, PublicPort{3478, true}};

}  // namespace

StatusLines service_status(const StatusWorld& world) {
  const std::vector<std::string> units = relay::units(world.site);
  std::vector<std::string> words = {
      "systemctl", "show", "--timestamp=unix",
      "--property=Id,LoadState,ActiveState,SubState,ActiveEnterTimestamp,"
      "NRestarts,Result,ExecMainExitTimestamp"};
  for (const std::string& unit : units) {
    words.push_back(relay::running_unit(unit));
    const std::string service = relay::started_service(unit);
    if (!service.empty()) words.push_back(service);
  }
  const auto shown = machine::run_program(words);
  if (!shown.good()) return by_processes(units, world.proc);
  const Units known = units_of(shown.output);
  StatusLines lines;
  for (const std::string& unit : units) {
    const auto found = known.find(relay::running_unit(unit));
    lines.push_back(line_of(
        unit, found == known.end() ? Properties() : found->second, world.now));
    add_last_run(unit, known, world.now, lines.back());
  }
  return lines;
}

StatusLines port_status(const StatusWorld& world) {
  const auto listening = machine::listening_ports(world.proc);
  StatusLines lines;
  for (const PublicPort& port : kPorts) {
    StatusLine line{
        "port", fmt::format("{}/{}", port.port, port.is_udp ? "udp" : "tcp"),
        Kind::kBad, "nobody listens"};
    for (const machine::ListeningPort& one : listening) {
      if (one.port != port.port || one.is_udp != port.is_udp) continue;
      if (!one.is_loopback) {
        line.kind = Kind::kGood;
        line.text = one.program;
      } else if (line.kind == Kind::kBad) {
        line.text = "only for this host";
      }
    }
    line.facts["port"] = port.port;
    if (line.kind == Kind::kGood) line.facts["program"] = line.text;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace ctl
