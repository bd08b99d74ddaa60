#include "deploy/installation/preflight.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

#include "deploy/zone/check.h"
#include "deploy/zone/records.h"

namespace installation {
namespace {

struct PublicPort {
  std::uint16_t port;
  bool is_udp;
  std::string_view what;
};

constexpr std::array kPublicPorts = {
    PublicPort{25, false, "mail from other relays"},
    PublicPort{80, false, "web, and certificates"},
    PublicPort{143, false, "IMAP"},
    PublicPort{443, false, "web, and mail behind firewalls"},
    PublicPort{465, false, "submission"},
    PublicPort{587, false, "submission"},
    PublicPort{993, false, "IMAP"},
    PublicPort{3478, true, "TURN"}};

// As the kernel has their names: 15 octets.
constexpr std::array<std::string_view, 10> kOurs = {
    "master",     "smtpd",      "nginx", "dovecot", "imap-login",
    "turnserver", "iroh-relay", "anvil", "systemd", "acmetool"};

constexpr std::int64_t kDay = 86'400;
constexpr std::uint64_t kLeastOctets = std::uint64_t{2} << 30U;

bool is_ours(const std::string& program) {
  return program.empty() ||
         std::find(kOurs.begin(), kOurs.end(), program) != kOurs.end();
}

std::string remedy_for(const machine::ListeningPort& one) {
  if (one.process_id == 0) return "Find it with: ss -tulnp; and stop it";
  // A process is not named as its package is.
  return fmt::format(
      "It is process {0}.  Stop it for good; which package it is of tells: "
      "dpkg -S \"$(readlink /proc/{0}/exe)\"",
      one.process_id);
}

// Whether nothing can be installed, or nobody finds what is, without it.  The
// keys whose records others want are made by the installation.
bool is_needed(const zone::Record& record, relay::TlsMode mode) {
  switch (record.match) {
    case zone::Match::kAddress:
    case zone::Match::kAnyAddress:
    case zone::Match::kExchange:
      return record.is_required;
    case zone::Match::kAlias:  // or its certificate is not issued
      return mode == relay::TlsMode::kAcme;
    default:
      return false;
  }
}

std::string day(std::int64_t seconds) {
  return fmt::format("{:%Y-%m-%d}",
                     fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string days(std::int64_t seconds) {
  const std::int64_t count = std::max<std::int64_t>(seconds / kDay, 0);
  if (count == 0) return "some hours";
  return count == 1 ? "a day" : fmt::format("{} days", count);
}

}  // namespace

std::vector<Problem> occupied_ports(
    const std::vector<machine::ListeningPort>& listening) {
  std::vector<Problem> problems;
  for (const machine::ListeningPort& one : listening) {
    if (one.is_loopback || is_ours(one.program)) continue;
    const auto* const found = std::find_if(
        kPublicPorts.begin(), kPublicPorts.end(), [&](const PublicPort& port) {
          return port.port == one.port && port.is_udp == one.is_udp;
        });
    if (found == kPublicPorts.end()) continue;
    const std::string what = fmt::format("port {} ({}) is taken by {}",
                                         one.port, found->what, one.program);
    const bool told = std::any_of(
        problems.begin(), problems.end(),
        [&](const Problem& problem) { return problem.what == what; });
    if (!told) problems.push_back({what, remedy_for(one)});
  }
  return problems;
}

std::vector<Problem> missing_records(const relay::Site& site,
                                     machine::Dns& dns) {
  std::vector<zone::Record> needed;
  // Without addresses: while a relay moves, its name leads to another host.
  for (zone::Record& record : zone::records_of(site, {})) {
    if (is_needed(record, site.tls.mode)) needed.push_back(std::move(record));
  }
  std::vector<Problem> problems;
  for (const zone::Finding& finding : zone::check(needed, dns)) {
    const std::string& name = finding.record.name;
    const std::string_view type = machine::to_string(finding.record.type);
    if (finding.state == zone::State::kUnknown) {
      problems.push_back(
          {fmt::format("the DNS does not say now whether {} has {}: {}", name,
                       type, finding.error),
           "Try again later, or go on with --skip-dns-check"});
    } else if (finding.state == zone::State::kMissing) {
      problems.push_back({fmt::format("{} has no {} record", name, type),
                          "Add to its zone: " + zone::line_of(finding.record) +
                              "  (all of them: chatmail dns --zonefile)"});
    }
  }
  return problems;
}

std::vector<Problem> unreachable_names(const relay::Site& site,
                                       machine::Dns& dns) {
  const std::vector<std::string> names = relay::certified_names(site);
  std::vector<machine::DnsQuestion> questions;
  for (const std::string& name : names) {
    questions.push_back({name, machine::DnsType::kA});
    questions.push_back({name, machine::DnsType::kAaaa});
  }
  const std::vector<machine::DnsAnswer> answers = dns.ask_all(questions);
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const machine::DnsAnswer& four = answers[2 * i];
    const machine::DnsAnswer& six = answers[2 * i + 1];
    if (!four.records.empty() || !six.records.empty()) continue;
    const std::string& error = four.error.empty() ? six.error : four.error;
    if (error.empty()) {
      problems.push_back({names[i] + " has no address in the DNS",
                          "chatmail dns has the record to add"});
    } else {
      problems.push_back(
          {"the DNS does not say now where " + names[i] + " is: " + error, ""});
    }
  }
  return problems;
}

std::vector<Problem> wrong_system(const std::string& os_release) {
  const auto has = [&](std::string_view line) {
    return ("\n" + os_release).find("\n" + std::string(line)) !=
           std::string::npos;
  };
  if (has("ID=debian") && (has("VERSION_ID=\"12\"") || has("VERSION_ID=12"))) {
    return {};
  }
  return {{"this host does not run Debian 12",
           "The configuration is for its Postfix 3.7, Dovecot 2.3 and nginx "
           "1.22; take a host with Debian 12"}};
}

std::vector<Problem> wrong_clock(std::int64_t now,
                                 const ClockEvidence& evidence) {
  if (evidence.is_kept) return {};
  const std::string set =
      "Set it (timedatectl set-ntp true): by a wrong clock no certificate and "
      "no signature is valid.  ";
  if (now + kDay < evidence.made) {
    return {
        {fmt::format("the clock is behind by {} or more: it says {}, and "
                     "this program was made on {}",
                     days(evidence.made - now), day(now), day(evidence.made)),
         set + "This is certain, unless the clock was wrong that made it"}};
  }
  if (!evidence.root) return {};
  const std::string sure =
      "This is as certain as the DNS, whose signatures cannot be checked "
      "without a clock";
  if (now < evidence.root->from) {
    return {{fmt::format("the clock is behind by {} or more: it says {}, and "
                         "the root of the DNS was signed on {}",
                         days(evidence.root->from - now), day(now),
                         day(evidence.root->from)),
             set + sure}};
  }
  if (now > evidence.root->until) {
    return {{fmt::format("the clock is ahead by {} or more: it says {}, and "
                         "what the root of the DNS has signed holds until {}",
                         days(now - evidence.root->until), day(now),
                         day(evidence.root->until)),
             set + sure}};
  }
  return {};
}

std::string clock_doubt(std::int64_t now, const ClockEvidence& evidence) {
  if (evidence.is_kept) return {};
  // A cache may have it for a day, and it is made anew each day.
  constexpr std::int64_t kUsualAge = 3 * kDay;
  const std::string remedy = "timedatectl set-ntp true has it set";
  if (evidence.root && now > evidence.root->from + kUsualAge) {
    return fmt::format(
        "The clock may be ahead by {}: it says {}, and the root of the DNS was "
        "signed on {}, which is done anew each day; {}",
        days(now - evidence.root->from - kDay), day(now),
        day(evidence.root->from), remedy);
  }
  return "Nobody keeps the clock right, and it may go wrong: " + remedy;
}

std::vector<Problem> full_disk(const std::string& folder, std::uint64_t free) {
  if (free >= kLeastOctets) return {};
  return {
      {fmt::format("{} has {} MB of room", folder, free >> 20U),
       fmt::format("A relay wants {} MB to begin with", kLeastOctets >> 20U)}};
}

}  // namespace installation
