#include "deploy/webpage/values.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>

#include "daemon/known_keys.h"

namespace webpage {
namespace {

std::string value_of(const daemons::Settings& settings,
                     const daemons::KnownKey& key) {
  switch (key.kind) {
    case daemons::ValueKind::kSize:
      return readable_size(settings.number(key.name));
    case daemons::ValueKind::kYesNo:
      return settings.yes(key.name) ? "yes" : "no";
    default:
      return settings.for_rules(key.name).value_or("");
  }
}

// A name with an underscore is no host name for nginx, which refuses the
// request that clients make for https://_x/new.  Of the bare domain they make
// the address by themselves.
std::string account_link(const std::string& domain) {
  if (domain.find('_') != std::string::npos) return "dcaccount:" + domain;
  return "dcaccount:https://" + domain + "/new";
}

}  // namespace

std::string readable_size(std::uint64_t octets) {
  constexpr std::array units = {"octets", "KiB", "MiB", "GiB", "TiB"};
  double number = static_cast<double>(octets);
  std::size_t unit = 0;
  while (number >= 1024 && unit + 1 < units.size()) {
    number /= 1024;
    ++unit;
  }
  const std::string digits = fmt::format("{:.1f}", number);
  const bool whole = digits.ends_with(".0");
  return (whole ? digits.substr(0, digits.size() - 2) : digits) + ' ' +
         units.at(unit);
}

Values page_values(const daemons::Settings& settings) {
  Values values;
  for (const daemons::KnownKey& key : daemons::known_keys()) {
    values.emplace(key.name, value_of(settings, key));
  }
  const std::string domain = settings.text("mail_domain");
  const std::string address_domain = settings.address_domain();
  const std::string registration = settings.text("registration");
  const bool ip_only = address_domain.starts_with('[');
  values["address_domain"] = address_domain;
  values["ip_only"] = ip_only ? "yes" : "no";
  values["registration_invite"] = registration == "invite" ? "yes" : "no";
  values["registration_closed"] = registration == "closed" ? "yes" : "no";
  if (registration == "open" && !ip_only) {
    values["account_link"] = account_link(domain);
  } else {
    values["account_link"] = "";
  }
  return values;
}

}  // namespace webpage
