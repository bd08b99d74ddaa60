#include "deploy/installation/issuance.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "deploy/installation/credentials.h"
#include "deploy/installation/look.h"
#include "deploy/installation/units.h"
#include "deploy/installation/waiting.h"
#include "deploy/machine/certificate.h"
#include "deploy/machine/program.h"

namespace installation {
namespace {

constexpr const char* kService = "chatmail-acme.service";
constexpr const char* kNginx = "nginx.service";
constexpr const char* kNginxFile = "/etc/nginx/nginx.conf";
constexpr std::chrono::seconds kPatience{300};

std::string text_of(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

void tell(const std::vector<std::string>& lacking, Story& story) {
  const std::string what =
      lacking.empty()
          ? "the authority could not be asked for the certificate"
          : "the authority gave no certificate for " + text_of(lacking);
  story.problem(what,
                "It comes to port 80 of this host by each name; a firewall or "
                "a CAA record may be in the way, and chatmail dns says what "
                "the world sees.  Then: chatmail run.  All that was said: "
                "journalctl -u chatmail-acme");
  tell_log(kService, story);
}

}  // namespace

WebServer web_server_before(const Changes& changes) {
  WebServer nginx{.is_active = is_active(kNginx),
                  .answers_challenges = true,
                  .is_relays = true};
  const auto change =
      std::find_if(changes.all.begin(), changes.all.end(),
                   [](const Change& one) { return one.path == kNginxFile; });
  if (change == changes.all.end()) return nginx;
  nginx.is_relays = relay::is_ours(kNginxFile, change->before);
  nginx.answers_challenges =
      change->before.find("/.well-known/acme-challenge/") != std::string::npos;
  return nginx;
}

std::vector<std::string> uncertified_names(const relay::Site& site,
                                           const std::string& root,
                                           std::int64_t now) {
  std::vector<std::string> names = relay::certified_names(site);
  if (!has_certificate(site, root)) return names;
  const machine::Certificate found =
      machine::read_certificate(root + site.tls.certificate);
  if (!found.error.empty() || found.not_after <= now) return names;
  std::erase_if(names, [&](const std::string& name) {
    return std::find(found.names.begin(), found.names.end(), name) !=
           found.names.end();
  });
  return names;
}

Issuance obtain_certificate(const daemons::Settings& settings,
                            const relay::Site& site, const WebServer& nginx,
                            bool is_another, const Options& options,
                            Story& story) {
  if (site.tls.mode != relay::TlsMode::kAcme) return Issuance::kGood;
  std::vector<std::string> lacking = uncertified_names(site, "", options.now);
  if (lacking.empty() && !is_another) return Issuance::kGood;
  story.step("Certificate");
  if (options.dry_run) {
    story.line("would ask the authority for " +
               text_of(relay::certified_names(site)));
    return Issuance::kGood;
  }
  story.line("asking for the certificate of " +
             text_of(relay::certified_names(site)));
  // acmetool answers on port 80 itself then.
  if (nginx.is_active && !nginx.answers_challenges) {
    machine::run_program({"systemctl", "stop", kNginx});
  }
  const machine::ProgramResult asked = run_told(
      "the authority looks at this host", {"systemctl", "start", kService},
      {.patience = kPatience}, story);
  lacking = uncertified_names(site, "", options.now);
  if (asked.good() && lacking.empty()) {
    story.line("it is there");
    return Issuance::kGood;
  }
  tell(lacking, story);
  look_at_certified_names(settings, site, story);
  return has_certificate(site, "") ? Issuance::kIncomplete : Issuance::kNone;
}

}  // namespace installation
