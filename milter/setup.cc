#include "milter/setup.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "accounts/choice.h"
#include "daemon/signals.h"
#include "daemon/socket_place.h"
#include "dkim/unbound_resolver.h"
#include "milter/judging_settings.h"
#include "milter/policyd_limits.h"

namespace milter {
namespace {

// Where there is no policy service, nothing is limited.
class NoLimits final : public policy::Limits {
 public:
  policy::SpendAnswer spend(const policy::Spend&) override { return {}; }
};

std::shared_ptr<const policy::Configuration> make_configuration(
    const daemons::Settings& settings, SetupResult& result) {
  auto configuration = std::make_shared<policy::Configuration>();
  configuration->mail_domains = settings.address_domains();
  LoadedKeys loaded = load_signing_keys(settings, configuration->mail_domains,
                                        AbsentKey::kIsAnError);
  configuration->signing_keys = std::move(loaded.keys);
  for (std::string& error : loaded.errors) {
    result.errors.push_back(std::move(error));
  }
  if (std::string wrong = judge_signature_settings(settings); !wrong.empty()) {
    result.errors.push_back(std::move(wrong));
  }
  // Mail from an address is known by where it comes from.
  const bool has_name = std::any_of(
      configuration->mail_domains.begin(), configuration->mail_domains.end(),
      [](const std::string& domain) { return !domain.starts_with('['); });
  if (configuration->signing_keys.empty() && has_name) {
    result.warnings.emplace_back("no DKIM key: outgoing mail is not signed");
  }
  apply_settings(settings, *configuration);
  LoadedRules rules = load_rules(settings);
  configuration->rulebook = std::move(rules.rulebook);
  for (std::string& error : rules.errors) {
    result.errors.push_back(std::move(error));
  }
  for (std::string& warning : rules.warnings) {
    result.warnings.push_back(std::move(warning));
  }
  return configuration;
}

std::unique_ptr<policy::Limits> make_limits(const daemons::Settings& settings,
                                            SetupResult& result) {
  const std::string name = settings.text("policyd_socket");
  if (name.empty()) {
    result.warnings.emplace_back(
        "policyd_socket is empty: nobody's sending is limited");
    return std::make_unique<NoLimits>();
  }
  auto place = daemons::parse_socket_place(name);
  if (!place) {
    result.errors.push_back("policyd_socket: '" + name +
                            "' is neither unix:/PATH nor inet:PORT@HOST");
    return nullptr;
  }
  return std::make_unique<PolicydLimits>(*std::move(place));
}

// What the resolver is made of, to see whether it can be kept.
std::vector<std::string> resolver_settings(const daemons::Settings& settings) {
  std::vector<std::string> all = settings.words("dns_forwarders");
  all.push_back(settings.text("dns_root_key"));
  all.push_back(settings.text("dns_timeout"));
  all.push_back(settings.text("dns_stale_keys"));
  return all;
}

std::shared_ptr<dkim::KeyResolver> make_resolver(
    const daemons::Settings& settings, SetupResult& result) {
  dkim::UnboundOptions options;
  options.forwarders = settings.words("dns_forwarders");
  options.resolv_conf = "/etc/resolv.conf";
  options.root_key_file = settings.text("dns_root_key");
  options.timeout = std::chrono::seconds(settings.number("dns_timeout"));
  options.stale_grace = std::chrono::seconds(settings.number("dns_stale_keys"));
  const daemons::BlockedSignals blocked;  // it starts a thread
  auto created = dkim::UnboundResolver::create(std::move(options));
  if (created.resolver == nullptr) {
    result.errors.push_back("dns: " + created.error);
  }
  return std::move(created.resolver);
}

}  // namespace

SetupResult make_setup(const daemons::Settings& settings, const Setup* before) {
  SetupResult result;
  if (!settings.is_set("mail_domain")) {
    result.errors.emplace_back("mail_domain is not set");
    return result;
  }
  for (std::string& warning : settings_without_effect(settings)) {
    result.warnings.push_back(std::move(warning));
  }
  auto setup = std::make_shared<Setup>();
  setup->configuration = make_configuration(settings, result);
  std::string error;
  setup->accounts = accounts::make_accounts(settings, {}, error);
  if (!error.empty()) result.errors.push_back(std::move(error));
  setup->limits = make_limits(settings, result);
  setup->resolver_settings = resolver_settings(settings);
  setup->dns_deadline = std::chrono::seconds(settings.number("dns_timeout"));
  setup->log_addresses = settings.yes("log_addresses");
  setup->fixed = settings.text("milter_socket") + ' ' +
                 settings.text("metrics_socket") + ' ' +
                 settings.text("milter_engine");
  if (before != nullptr &&
      before->resolver_settings == setup->resolver_settings) {
    setup->keys = before->keys;
  } else if (result.errors.empty()) {
    setup->keys = make_resolver(settings, result);
  }
  if (result.errors.empty()) result.setup = std::move(setup);
  return result;
}

}  // namespace milter
