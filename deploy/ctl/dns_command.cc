// `chatmail dns`: what the zone of a relay needs, and what the world sees.

#include <sys/socket.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "daemon/ip_address.h"
#include "daemon/settings.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/json_text.h"
#include "deploy/ctl/remote.h"
#include "deploy/machine/program.h"
#include "deploy/relay/host.h"
#include "deploy/zone/check.h"
#include "deploy/zone/keys.h"
#include "deploy/zone/public_addresses.h"
#include "deploy/zone/records.h"

namespace ctl {
namespace {

using daemons::Settings;

struct DnsCommandOptions {
  std::string config_file;
  std::string ssh_host;
  bool zone_file = false;
  bool json = false;
  std::vector<std::string> addresses;
  std::vector<std::string> servers;
};

int complain(Surroundings& surroundings, const std::string& what) {
  surroundings.err << "chatmail dns: " << without_controls(what) << '\n';
  return kExitUnusable;
}

// What a CAA record names: only that account of the authority may have
// certificates.
std::string acme_account(const relay::Site& site) {
  if (site.tls.mode != relay::TlsMode::kAcme ||
      machine::find_program("acmetool").empty()) {
    return {};
  }
  const auto asked = machine::run_program({"acmetool", "account-url"});
  std::string url = asked.output.substr(0, asked.output.find('\n'));
  return asked.good() && url.starts_with("https://") ? url : std::string();
}

zone::Facts facts_of(const DnsCommandOptions& options, const Settings& settings,
                     const relay::Site& site, Surroundings& surroundings,
                     std::vector<std::string>& errors) {
  zone::Facts facts;
  facts.now = surroundings.now;
  if (site.is_address) return facts;
  facts.keys = zone::published(zone::signing_keys(settings, errors));
  facts.acme_account = acme_account(site);
  if (options.addresses.empty()) {
    facts.ipv4 = zone::public_addresses(AF_INET);
    facts.ipv6 = zone::public_addresses(AF_INET6);
  }
  for (const std::string& address : options.addresses) {
    const bool is_ipv6 = address.find(':') != std::string::npos;
    (is_ipv6 ? facts.ipv6 : facts.ipv4).push_back(address);
  }
  return facts;
}

const char* what_to_do(zone::State state) {
  switch (state) {
    case zone::State::kDiffers:
      return "change to: ";
    case zone::State::kDoubled:
      return "one alone: ";
    default:
      return "add:       ";
  }
}

void print_finding(const zone::Finding& finding, Surroundings& surroundings) {
  constexpr const char* kGreen = "\x1b[32m";
  constexpr const char* kRed = "\x1b[31m";
  const bool good = finding.state == zone::State::kGood;
  std::string state(zone::to_string(finding.state));
  state.resize(std::string_view("missing").size(), ' ');
  if (surroundings.colour) state = (good ? kGreen : kRed) + state + "\x1b[0m";
  std::string type(machine::to_string(finding.record.type));
  type.resize(std::string_view("CNAME").size(), ' ');
  std::ostream& out = surroundings.out;
  out << "  " << state << "  " << type << "  " << finding.record.name << '\n';
  if (good) return;
  out << "           without it " << finding.record.purpose << '\n';
  if (!finding.error.empty()) {
    out << "           no answer: " << without_controls(finding.error) << '\n';
    return;
  }
  for (const std::string& found : finding.found) {
    out << "           there is:  " << without_controls(found) << '\n';
  }
  out << "           " << what_to_do(finding.state)
      << zone::line_of(finding.record) << '\n';
}

nlohmann::ordered_json json_of(const zone::Finding& finding) {
  const zone::Record& record = finding.record;
  return {{"name", record.name},
          {"type", machine::to_string(record.type)},
          {"required", record.is_required},
          {"state", zone::to_string(finding.state)},
          {"wanted", record.value},
          {"found", finding.found},
          {"error", finding.error},
          {"line", zone::line_of(record)}};
}

int tell(const std::vector<zone::Finding>& findings, bool has_key_errors,
         bool json, Surroundings& surroundings) {
  std::size_t missing = 0;
  std::size_t unknown = 0;
  for (const bool is_required : {true, false}) {
    if (!json) {
      surroundings.out << (is_required ? "Required\n" : "\nRecommended\n");
    }
    for (const zone::Finding& finding : findings) {
      if (finding.record.is_required != is_required) continue;
      if (is_required && finding.state == zone::State::kUnknown) ++unknown;
      if (is_required && finding.state != zone::State::kGood) ++missing;
      if (json) {
        surroundings.out << to_line(json_of(finding)) << '\n';
      } else {
        print_finding(finding, surroundings);
      }
    }
  }
  missing -= unknown;
  if (missing > 0 || has_key_errors) {
    if (!json)
      surroundings.out << "\nSomething required is missing or wrong.\n";
    return kExitDiffers;
  }
  if (unknown > 0) {
    return complain(surroundings, "the DNS could not be asked about all");
  }
  if (!json) surroundings.out << "\nAll that is required is there.\n";
  return kExitDone;
}

int check_zone(const DnsCommandOptions& options, const Settings& settings,
               const std::vector<zone::Record>& records, bool has_key_errors,
               Surroundings& surroundings) {
  std::string error;
  machine::DnsOptions dns_options;
  dns_options.forwarders = options.servers.empty()
                               ? settings.words("dns_forwarders")
                               : options.servers;
  dns_options.root_key_file = settings.text("dns_root_key");
  const auto dns = machine::make_dns(dns_options, error);
  if (dns == nullptr) return complain(surroundings, error);
  if (surroundings.shows_progress) {
    surroundings.err << "asking about " << records.size() << " records"
                     << std::flush;
  }
  const std::vector<zone::Finding> findings = zone::check(records, *dns);
  if (surroundings.shows_progress) surroundings.err << "\r\x1b[K";
  return tell(findings, has_key_errors, options.json, surroundings);
}

int run_dns(const DnsCommandOptions& options, Surroundings& surroundings) {
  for (const std::string& address : options.addresses) {
    if (daemons::is_public_address(address)) continue;
    surroundings.err << "note: " << without_controls(address)
                     << " is no address that the world can reach\n";
  }
  const auto file = daemons::read_settings(options.config_file);
  tell_notes(file.warnings, surroundings);
  if (!file.errors.empty()) {
    return complain(surroundings, file.errors.front());
  }
  const auto made =
      relay::make_site(file.settings, relay::this_host(file.settings));
  if (!made.errors.empty()) {
    return complain(surroundings, made.errors.front());
  }
  tell_notes(made.warnings, surroundings);
  if (made.site.is_address) {
    if (!options.json) {
      surroundings.out << "A relay at an IP address has nothing in the DNS.\n";
    }
    return kExitDone;
  }
  std::vector<std::string> errors;
  const zone::Facts facts =
      facts_of(options, file.settings, made.site, surroundings, errors);
  const auto records = zone::records_of(made.site, facts);
  for (const std::string& error : errors) {
    complain(surroundings,
             error +
                 "; without the key its record cannot be told (chatmail "
                 "dkim keygen, or chatmail run, makes one)");
  }
  if (!options.zone_file) {
    return check_zone(options, file.settings, records, !errors.empty(),
                      surroundings);
  }
  if (options.json) {
    for (const zone::Record& record : records) {
      surroundings.out << to_line({{"name", record.name},
                                   {"type", machine::to_string(record.type)},
                                   {"required", record.is_required},
                                   {"value", record.value},
                                   {"line", zone::line_of(record)}})
                       << '\n';
    }
  } else {
    surroundings.out << zone::file_of(records);
  }
  return errors.empty() ? kExitDone : kExitDiffers;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "dns", "What the zone needs, and what the world sees of it");
  const auto options = std::make_shared<DnsCommandOptions>();
  options->config_file = surroundings.config_file;
  command
      ->add_option("--config", options->config_file,
                   "The relay's chatmail.ini (default: that of\n"
                   "$CHATMAIL_INI, or /etc/chatmail/chatmail.ini)")
      ->type_name("FILE");
  command->add_flag("--zonefile", options->zone_file,
                    "Print the records for a zone file; ask nobody");
  command
      ->add_option("--address", options->addresses,
                   "The address by which the world reaches this host\n"
                   "(default: the public ones of its interfaces)")
      ->type_name("IP");
  command
      ->add_option("--server", options->servers,
                   "A name server to ask, ADDRESS or ADDRESS@PORT (default:\n"
                   "dns_forwarders, or from the root servers on)")
      ->type_name("ADDRESS");
  command->add_flag("--json", options->json, "One JSON object a line");
  command->footer(
      "\nExit status: 0 what is required is there, 1 something is missing,\n"
      "2 the DNS could not be asked; the standard error says why.");
  add_ssh_host(*command, options->ssh_host);
  command->callback([options, &surroundings, &exit_status] {
    exit_status = options->ssh_host.empty()
                      ? run_dns(*options, surroundings)
                      : run_there(options->ssh_host, surroundings);
  });
}

}  // namespace

const Command kDnsCommand = {.name = "dns", .declare = declare};

}  // namespace ctl
