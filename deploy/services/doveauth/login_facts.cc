#include "deploy/services/doveauth/login_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "daemon/known_keys.h"
#include "deploy/services/doveauth/client_network.h"
#include "deploy/services/doveauth/invitations.h"
#include "deploy/services/doveauth/vocabulary.h"
#include "mailbox/address.h"

namespace doveauth {
namespace {

using daemons::ValueKind;
using rules::Value;

constexpr std::uint64_t kMebi = std::uint64_t{1} << 20U;

Value number(std::uint64_t value) { return Value::of(value); }

// Octets of the UTF-8 sequence at the front (RFC 3629); 0 when there is none.
std::size_t sequence_at(std::string_view text) {
  const auto octet = [&](std::size_t at) {
    return static_cast<unsigned char>(text[at]);
  };
  const unsigned char lead = octet(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xC0U) != 0x80U) return 0;
  }
  // Overlong forms, surrogates, and beyond the last character.
  if ((lead == 0xE0 && octet(1) < 0xA0) || (lead == 0xED && octet(1) > 0x9F) ||
      (lead == 0xF0 && octet(1) < 0x90) || (lead == 0xF4 && octet(1) > 0x8F)) {
    return 0;
  }
  return length;
}

}  // namespace

std::size_t characters_of(std::string_view text) {
  const std::size_t octets = text.size();
  std::size_t characters = 0;
  while (!text.empty()) {
    const std::size_t length = sequence_at(text);
    if (length == 0) return octets;
    text.remove_prefix(length);
    ++characters;
  }
  return characters;
}

bool is_printable_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_at(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    if (length == 0 || lead < ' ' || lead == 0x7F) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::optional<std::string> number_setting(const daemons::Settings& settings,
                                          std::string_view key) {
  const daemons::KnownKey* known = daemons::find_known_key(key);
  if (known == nullptr) return std::nullopt;
  switch (known->kind) {
    case ValueKind::kInteger:
    case ValueKind::kSize:
    case ValueKind::kDays:
    case ValueKind::kSeconds:
    case ValueKind::kPort:
      return std::to_string(settings.number(key));
    case ValueKind::kDecimal:
      return std::to_string(std::lround(settings.decimal(key) * 100));
    default:
      return settings.text(key);
  }
}

std::string shown_setting(const daemons::Settings& settings,
                          std::string_view key) {
  const daemons::KnownKey* known = daemons::find_known_key(key);
  if (known == nullptr) return {};
  if (known->kind == ValueKind::kDecimal) {
    return fmt::format("{:.2f}", settings.decimal(key));
  }
  if (known->kind == ValueKind::kSize) {
    return fmt::format("{}MB", settings.number(key) / kMebi);
  }
  return settings.text(key);
}

LoginFacts::LoginFacts(const PassdbKey& login,
                       const daemons::Settings& settings,
                       const Surroundings& surroundings)
    : login_(login),
      settings_(settings),
      surroundings_(surroundings),
      token_(token_of(login.password)),
      network_(network_of(login.remote)),
      registration_(settings.text("registration")) {}

Value LoginFacts::text(std::string made) {
  texts_.push_back(std::make_unique<std::string>(std::move(made)));
  return Value::of(std::string_view(*texts_.back()));
}

Value LoginFacts::invite() {
  if (token_.empty()) return Value::of(false);
  const std::optional<bool> valid = surroundings_.invite_is_valid(token_);
  saw_valid_invite_ = valid.value_or(false);
  return valid ? Value::of(*valid) : Value::failed();
}

// What looks like a token and is none is a part of the password.
Value LoginFacts::password_length() {
  const Value valid = invite();
  if (!valid.is_known()) return valid;
  std::string_view own = login_.password;
  if (valid.flag) own.remove_prefix(token_.size() + 1);
  return number(characters_of(own));
}

const SystemLoad& LoginFacts::load() {
  if (!load_) load_ = surroundings_.load();
  return *load_;
}

Value LoginFacts::value(std::size_t fact, std::string_view argument) {
  const std::string_view user = login_.user;
  switch (static_cast<Fact>(fact)) {
    case Fact::kLocalPart:
      return Value::of(mailbox::local_part_of(user));
    case Fact::kLocalPartLength:
      return number(mailbox::local_part_of(user).size());
    case Fact::kDomain:
      return Value::of(mailbox::domain_of(user));
    case Fact::kPasswordLength:
      return password_length();
    case Fact::kPasswordOctets:
      return number(login_.password.size());
    case Fact::kPasswordPrintable:
      return Value::of(is_printable_utf8(login_.password));
    case Fact::kNocreate:
      return Value::of(surroundings_.nocreate());
    case Fact::kRegistration:
      return Value::of(std::string_view(registration_));
    case Fact::kInviteGiven:
      return Value::of(!token_.empty());
    case Fact::kInviteValid:
      return invite();
    case Fact::kClient:
      return Value::of(std::string_view(login_.remote));
    case Fact::kClientNetwork:
      return Value::of(std::string_view(network_));
    case Fact::kLoad:
      return number(load().load_hundredths);
    case Fact::kLoadAverage:
      return text(fmt::format(
          "{:.2f}", static_cast<double>(load().load_hundredths) / 100));
    case Fact::kAvailableMemory:
      return number(load().available_memory);
    case Fact::kAvailableMemoryMb:
      return number(load().available_memory / kMebi);
    case Fact::kFreeDisk:
      return number(surroundings_.free_disk());
    case Fact::kFreeDiskMb:
      return number(surroundings_.free_disk() / kMebi);
    case Fact::kSetting:
      return text(shown_setting(settings_, argument));
  }
  return Value::failed();
}

}  // namespace doveauth
