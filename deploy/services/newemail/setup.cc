#include "deploy/services/newemail/setup.h"

#include "deploy/services/newemail/limits.h"

namespace newemail {
namespace {

using Registration = Setup::Registration;

Registration registration_of(const daemons::Settings& settings) {
  const std::string word = settings.text("registration");
  if (word == "open") return Registration::kOpen;
  return word == "invite" ? Registration::kInvite : Registration::kClosed;
}

void set_lengths(const daemons::Settings& settings, Setup& setup,
                 std::vector<std::string>& errors) {
  const std::uint64_t local_part = settings.number("username_max_length");
  if (local_part < 1 || local_part > kMaxLocalPart) {
    errors.push_back("username_max_length: an address has 1 to " +
                     std::to_string(kMaxLocalPart) +
                     " characters before the @");
  }
  const std::uint64_t password = settings.number("password_min_length");
  if (password > kMaxPassword - kExtraCharacters) {
    errors.push_back("password_min_length: a password has at most " +
                     std::to_string(kMaxPassword) + " characters");
  }
  setup.local_part_length = local_part;
  setup.password_length = password + kExtraCharacters;
}

}  // namespace

std::shared_ptr<const Setup> make_setup(const daemons::Settings& settings,
                                        std::vector<std::string>& errors) {
  auto setup = std::make_shared<Setup>();
  setup->registration = registration_of(settings);
  setup->mail_domain = settings.text("mail_domain");
  setup->domain = settings.address_domain();
  const bool is_literal = setup->domain.starts_with('[');
  setup->is_self_signed = settings.words("tls_external_cert_and_key").empty() &&
                          (is_literal || setup->mail_domain.starts_with('_'));
  if (is_literal) setup->login_host = setup->mail_domain;
  setup->nocreate_file = settings.text("nocreate_file");
  setup->invites_file = settings.text("invites_file");
  setup->trusted_proxies = settings.words("newemail_trusted_proxies");
  const std::uint64_t port = settings.number("newemail_port");
  setup->port = static_cast<std::uint16_t>(port);
  if (port != setup->port) {
    errors.emplace_back("newemail_port: not a port number");
  }
  setup->most_per_network = settings.number("max_new_addresses_per_network");
  set_lengths(settings, *setup, errors);
  if (setup->most_per_network == 0) {
    errors.emplace_back(
        "max_new_addresses_per_network: 0 would be nobody; see registration");
  }
  return errors.empty() ? setup : nullptr;
}

}  // namespace newemail
