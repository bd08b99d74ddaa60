// `chatmail status`: how the relay does, in one screen.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>

#include "daemon/settings.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/json_text.h"
#include "deploy/ctl/relay_status.h"
#include "deploy/ctl/remote.h"
#include "deploy/relay/host.h"

namespace ctl {
namespace {

using Kind = StatusLine::Kind;

struct StatusOptions {
  std::string config_file;
  std::string ssh_host;
  std::string proc = "/proc";
  bool json = false;
};

const char* word_of(Kind kind) {
  switch (kind) {
    case Kind::kGood:
      return "good";
    case Kind::kBad:
      return "bad";
    case Kind::kUnknown:
      break;
  }
  return "unknown";
}

StatusLines all_lines(const StatusWorld& world) {
  StatusLines all;
  for (const auto part :
       {service_status, port_status, certificate_status, queue_status,
        disk_status, push_status, refusal_status}) {
    for (StatusLine& line : part(world)) all.push_back(std::move(line));
  }
  return all;
}

void print_json(const StatusLines& lines, std::ostream& out) {
  for (const StatusLine& line : lines) {
    nlohmann::ordered_json object = {{"section", line.section},
                                     {"name", line.name},
                                     {"result", word_of(line.kind)},
                                     {"text", line.text}};
    for (const auto& fact : line.facts.items()) {
      object[fact.key()] = fact.value();
    }
    out << to_line(object) << '\n';
  }
}

std::string mark(Kind kind, bool colour) {
  const bool is_good = kind == Kind::kGood;
  const bool is_bad = kind == Kind::kBad;
  const std::string_view sign = is_good ? "ok" : is_bad ? "!!" : "??";
  if (!colour) return std::string(sign);
  const std::string_view code = is_good  ? "\x1b[32m"
                                : is_bad ? "\x1b[1;31m"
                                         : "\x1b[33m";
  return fmt::format("{}{}\x1b[0m", code, sign);
}

// Ports that are served fill one line: they are told by their numbers.
void print_served_ports(const StatusLines& lines, Surroundings& surroundings) {
  std::string served;
  for (const StatusLine& line : lines) {
    if (line.section != "port" || line.kind != Kind::kGood) continue;
    served += (served.empty() ? "" : ", ") + line.name;
    if (!line.text.empty()) served += " " + without_controls(line.text);
  }
  if (served.empty()) return;
  surroundings.out << fmt::format(
      "  {} {}\n", mark(Kind::kGood, surroundings.colour), served);
}

void print_text(const std::string& domain, const StatusLines& lines,
                Surroundings& surroundings) {
  std::size_t longest = 0;
  for (const StatusLine& line : lines) {
    longest = std::max(longest, line.name.size());
  }
  std::ostream& out = surroundings.out;
  out << domain << '\n';
  std::string section;
  for (const StatusLine& line : lines) {
    if (line.section != section) {
      section = line.section;
      out << section << '\n';
      if (section == "port") print_served_ports(lines, surroundings);
    }
    if (section == "port" && line.kind == Kind::kGood) continue;
    out << fmt::format(
        "  {} {:<{}}  {}\n", mark(line.kind, surroundings.colour),
        without_controls(line.name), longest, without_controls(line.text));
  }
}

int run_status(const StatusOptions& options, Surroundings& surroundings) {
  const auto file = daemons::read_settings(options.config_file);
  tell_notes(file.warnings, surroundings);
  std::vector<std::string> errors = file.errors;
  relay::SiteResult made;
  if (errors.empty()) {
    made = relay::make_site(file.settings, relay::this_host(file.settings));
    errors = made.errors;
    tell_notes(made.warnings, surroundings);
  }
  if (!errors.empty()) {
    surroundings.err << "chatmail status: " << without_controls(errors.front())
                     << '\n';
    return kExitUnusable;
  }
  const StatusLines lines = all_lines({.site = made.site,
                                       .settings = file.settings,
                                       .now = surroundings.now,
                                       .proc = options.proc});
  if (options.json) {
    print_json(lines, surroundings.out);
  } else {
    print_text(made.site.mail_domain, lines, surroundings);
  }
  const bool is_bad = std::any_of(
      lines.begin(), lines.end(),
      [](const StatusLine& line) { return line.kind == Kind::kBad; });
  return is_bad ? kExitDiffers : kExitDone;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "status", "Services, ports, certificate, queue, disk, pushes, refusals");
  const auto options = std::make_shared<StatusOptions>();
  options->config_file = surroundings.config_file;
  command
      ->add_option("--config", options->config_file,
                   "The relay's chatmail.ini (default: that of\n"
                   "$CHATMAIL_INI, or /etc/chatmail/chatmail.ini)")
      ->type_name("FILE");
  command
      ->add_option("--proc", options->proc,
                   "Where the kernel's tables are (default: /proc)")
      ->type_name("FOLDER");
  command->add_flag("--json", options->json, "One JSON object a line");
  command->footer(
      "\nExit status: 0 all is well, 1 something is not, 2 chatmail.ini "
      "cannot\n"
      "be used; the standard error says why.");
  add_ssh_host(*command, options->ssh_host);
  command->callback([options, &surroundings, &exit_status] {
    exit_status = options->ssh_host.empty()
                      ? run_status(*options, surroundings)
                      : run_there(options->ssh_host, surroundings);
  });
}

}  // namespace

const Command kStatusCommand = {.name = "status", .declare = declare};

}  // namespace ctl
