#include "deploy/ctl/trial_relay.h"

#include <fmt/format.h>

#include <algorithm>

#include "deploy/ctl/relay.h"
#include "deploy/relay/host.h"
#include "mailbox/removal.h"

namespace ctl {
namespace {

// A few by their names, many by what they have in common.
std::string names_of(const std::vector<std::string>& accounts) {
  constexpr std::size_t kFew = 4;
  if (accounts.size() <= kFew) {
    return fmt::format("{}", fmt::join(accounts, ", "));
  }
  return fmt::format("{} accounts whose names begin with ci-", accounts.size());
}

}  // namespace

TrialRelay read_trial_relay(const std::string& config_file) {
  TrialRelay relay;
  daemons::SettingsFile file = daemons::read_settings(config_file);
  if (!file.errors.empty()) {
    relay.error = file.errors.front();
    return relay;
  }
  relay::SiteResult made =
      relay::make_site(file.settings, relay::this_host(file.settings));
  if (!made.errors.empty()) relay.error = made.errors.front();
  relay.settings = std::move(file.settings);
  relay.site = std::move(made.site);
  return relay;
}

trial::Target target_of(const TrialRelay& relay, const std::string& host,
                        unsigned patience, std::int64_t now) {
  const daemons::Settings& settings = relay.settings;
  const auto& domains = relay.site.mail_domains;
  trial::Target target{.host = host,
                       .name = relay.site.mail_domain,
                       .address_domain = relay.site.address_domain};
  target.more_domains.assign(domains.begin() + 1, domains.end());
  target.checks_certificate =
      relay.site.tls.mode != relay::TlsMode::kSelfSigned;
  target.has_web_registration = settings.text("registration") == "open";
  target.user_name_length =
      std::clamp<std::size_t>(9, settings.number("username_min_length"),
                              std::max(settings.number("username_min_length"),
                                       settings.number("username_max_length")));
  target.password_length =
      std::clamp<std::size_t>(settings.number("password_min_length"), 16, 256);
  target.patience = std::chrono::seconds(patience);
  target.now = now;
  return target;
}

std::string remove_accounts(const std::vector<std::string>& accounts,
                            const std::string& config_file,
                            Surroundings& surroundings) {
  if (accounts.empty()) return "";
  const std::string stay =
      names_of(accounts) + " stay until nobody has used them for long";
  if (!surroundings.become) {
    return stay + ": root on the relay's host can delete them";
  }
  std::string error;
  const auto relay = open_relay(config_file, surroundings, error);
  if (!relay) return stay + ": " + error;
  std::string left;
  for (const std::string& address : accounts) {
    const mailbox::OpenResult found = relay->mailboxes.find(address);
    if (found.presence != mailbox::Presence::kThere) {
      left = address + " is not among the mailboxes of this host";
      continue;
    }
    const mailbox::RemovalResult result = mailbox::remove_mailbox(
        relay->mailboxes, address, found.mailbox, [] { return true; });
    if (result.kind != mailbox::Removed::kRemoved) {
      left = address + " could not be deleted: " + result.error;
    }
  }
  return left;
}

}  // namespace ctl
