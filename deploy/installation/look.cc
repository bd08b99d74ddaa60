#include "deploy/installation/look.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "deploy/installation/preflight.h"
#include "deploy/machine/clock.h"
#include "deploy/machine/dns.h"
#include "deploy/machine/file.h"

namespace installation {
namespace {

void tell(const std::vector<Problem>& problems, Story& story) {
  for (const Problem& problem : problems) {
    story.problem(problem.what, problem.remedy);
  }
}

std::uint64_t free_octets(const std::string& folder) {
  struct statvfs space {};
  if (statvfs(folder.c_str(), &space) != 0) return UINT64_MAX;
  return std::uint64_t{space.f_bavail} * space.f_frsize;
}

// When this program was made, as its file says.
std::int64_t made_at() {
  struct stat status {};
  return stat("/proc/self/exe", &status) == 0 ? status.st_mtime : 0;
}

machine::DnsOptions dns_options(const daemons::Settings& settings,
                                const relay::Site& site) {
  return {.forwarders = site.resolvers,
          .root_key_file = settings.text("dns_root_key")};
}

bool has_root_key(const daemons::Settings& settings, Story& story) {
  const std::string path = settings.text("dns_root_key");
  if (path.empty() || access(path.c_str(), R_OK) == 0) return true;
  story.problem("dns_root_key: " + path + ": " + std::strerror(errno),
                "It is a DNSSEC trust anchor, /usr/share/dns/root.key of "
                "Debian's dns-root-data; without that setting answers are not "
                "validated");
  return false;
}

void look_at_names(const daemons::Settings& settings, const relay::Site& site,
                   Story& story) {
  if (!has_root_key(settings, story)) return;
  std::string error;
  const auto dns = machine::make_dns(dns_options(settings, site), error);
  if (dns == nullptr) {
    story.problem(
        error,
        "dns_forwarders in chatmail.ini says who is asked; or go on with "
        "--skip-dns-check");
    return;
  }
  story.progress("asking the DNS for the names of this relay");
  tell(missing_records(site, *dns), story);
}

void look_at_clock(const daemons::Settings& settings, const relay::Site& site,
                   const Options& options, Story& story) {
  ClockEvidence evidence{.made = made_at(),
                         .is_kept = machine::is_clock_kept()};
  if (!options.skip_dns_check) {
    story.progress("asking the root of the DNS what day it is");
    evidence.root = machine::root_signature_period(dns_options(settings, site));
  }
  const auto problems = wrong_clock(options.now, evidence);
  tell(problems, story);
  const std::string doubt = clock_doubt(options.now, evidence);
  if (problems.empty() && !doubt.empty()) story.line(doubt);
}

}  // namespace

bool look_at_host(const daemons::Settings& settings, const relay::Site& site,
                  const Options& options, Story& story) {
  story.step("Looking at this host");
  if (geteuid() != 0 && !options.dry_run) {
    story.problem("you are not root", "Run it with sudo, or with --dry-run");
    return false;
  }
  std::string error;
  tell(wrong_system(machine::read_text("/etc/os-release", error).value_or("")),
       story);
  look_at_clock(settings, site, options, story);
  tell(full_disk("/", free_octets("/")), story);
  tell(occupied_ports(machine::listening_ports()), story);
  if (!options.skip_dns_check) look_at_names(settings, site, story);
  if (story.problems() == 0) story.line("Nothing is in the way");
  return story.problems() == 0;
}

void look_at_certified_names(const daemons::Settings& settings,
                             const relay::Site& site, Story& story) {
  std::string error;
  machine::DnsOptions asked = dns_options(settings, site);
  asked.patience = std::chrono::seconds(10);
  const auto dns = machine::make_dns(asked, error);
  if (dns == nullptr) return;
  story.progress("asking the DNS for these names");
  for (const Problem& problem : unreachable_names(site, *dns)) {
    story.line(problem.what + (problem.remedy.empty() ? "" : ".  ") +
               problem.remedy);
  }
}

}  // namespace installation
