#include "deploy/services/newemail/setup.h"

#include <algorithm>

#include "deploy/services/newemail/limits.h"

namespace newemail {
namespace {

using Registration = Setup::Registration;

Registration registration_of(const daemons::Settings& settings) {
  const std::string word = settings.text("registration");
  if (word == "open") return Registration::kOpen;
  return word == "invite" ? Registration::kInvite : Registration::kClosed;
}

// A certificate covers all names of a relay, or is the relay's own.
std::vector<Domain> domains_of(const daemons::Settings& settings) {
  const auto nobody_certifies = [](const std::string& name) {
    return name.starts_with('_') || name.starts_with('[');
  };
  const std::vector<std::string> names = settings.address_domains();
  const bool is_external = !settings.words("tls_external_cert_and_key").empty();
  std::vector<Domain> domains;
  for (const std::string& name : names) {
    Domain domain{.host = name, .addresses = name, .login_host{}};
    domain.is_self_signed = !is_external && (nobody_certifies(names.front()) ||
                                             nobody_certifies(name));
    if (name.starts_with('[')) {
      domain.host = domain.login_host = settings.text("mail_domain");
    }
    domains.push_back(std::move(domain));
  }
  return domains;
}

}  // namespace

const Domain& domain_of_host(const Setup& setup, std::string_view host) {
  std::string name(host.substr(0, host.rfind(':')));
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (name.starts_with("www.")) name.erase(0, 4);
  const auto found =
      std::find_if(setup.domains.begin(), setup.domains.end(),
                   [&](const Domain& domain) { return domain.host == name; });
  return found == setup.domains.end() ? setup.domains.front() : *found;
}

std::shared_ptr<const Setup> make_setup(const daemons::Settings& settings) {
  auto setup = std::make_shared<Setup>();
  setup->registration = registration_of(settings);
  setup->domains = domains_of(settings);
  setup->nocreate_file = settings.text("nocreate_file");
  setup->invites_file = settings.text("invites_file");
  setup->trusted_proxies = settings.words("newemail_trusted_proxies");
  setup->port = static_cast<std::uint16_t>(settings.number("newemail_port"));
  setup->most_per_network = settings.number("max_new_addresses_per_network");
  setup->local_part_length = settings.number("username_max_length");
  setup->password_length =
      settings.number("password_min_length") + kExtraCharacters;
  return setup;
}

}  // namespace newemail
