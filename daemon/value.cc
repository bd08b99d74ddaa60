#include "daemon/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "daemon/ip_address.h"
#include "daemon/mail_domain.h"

namespace daemons {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Digits, then at most one of the `units`, each with its factor.
struct Unit {
  char letter;
  std::uint64_t factor;
};
constexpr Unit kSizeUnits[] = {
    {'k', 1ULL << 10U}, {'m', 1ULL << 20U}, {'g', 1ULL << 30U}};
constexpr Unit kDayUnits[] = {{'d', 1}};
constexpr Unit kSecondUnits[] = {{'s', 1}};

template <std::size_t N>
std::optional<std::uint64_t> with_unit(std::string_view text,
                                       const Unit (&units)[N]) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest == text.data()) return std::nullopt;
  if (rest == end) return number;
  if (end - rest > 1) return std::nullopt;
  const std::string letter = lower_case({rest, 1});
  for (const Unit& unit : units) {
    if (letter[0] != unit.letter) continue;
    if (number > UINT64_MAX / unit.factor) return std::nullopt;
    return number * unit.factor;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> integer(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end || text.empty()) return std::nullopt;
  return number;
}

bool is_choice(std::string_view value, std::string_view choices) {
  while (true) {
    const std::size_t bar = choices.find('|');
    if (value == choices.substr(0, bar)) return true;
    if (bar == std::string_view::npos) return false;
    choices.remove_prefix(bar + 1);
  }
}

// Whether all that white space separates is so.
template <typename Test>
bool each_word(std::string_view text, Test is_right) {
  constexpr std::string_view blanks = " \t\r\n";
  while (true) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return true;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(blanks));
    if (!is_right(word)) return false;
    text.remove_prefix(word.size());
  }
}

// An IP address has no relay beside it.
bool are_domain_names(std::string_view text) {
  return each_word(text, [](std::string_view word) {
    return is_mail_domain(word) && !domain_of_addresses(word).starts_with('[');
  });
}

// http or https, a host, and nothing that could end a line or a quote of some
// file (RFC 3986 2).
bool is_url(std::string_view text) {
  constexpr std::string_view https = "https://";
  constexpr std::string_view http = "http://";
  if (!text.starts_with(https) && !text.starts_with(http)) return false;
  text.remove_prefix(text.find("//") + 2);
  const std::size_t end = text.find_first_of("/?#");
  const std::string_view host = text.substr(0, end);
  if (host.empty() || host.starts_with(':')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    constexpr std::string_view never = "\"'\\<>^`{|};$ ";
    return c > ' ' && c < 0x7F && never.find(c) == never.npos;
  });
}

// ADDRESS or ADDRESS@PORT.
bool is_server(std::string_view word) {
  const std::size_t at = word.find('@');
  if (!is_ip_address(std::string(word.substr(0, at)))) return false;
  if (at == word.npos) return true;
  const auto port = integer(word.substr(at + 1));
  return port && *port >= 1 && *port <= 65535;
}

// As it is written: 30M rather than 31457280.
std::string written(ValueKind kind, std::uint64_t number) {
  if (kind != ValueKind::kSize) return std::to_string(number);
  constexpr std::uint64_t kilo = 1024;
  std::string_view units = "KMG";
  char unit = '\0';
  while (!units.empty() && number != 0 && number % kilo == 0) {
    number /= kilo;
    unit = units.front();
    units.remove_prefix(1);
  }
  std::string text = std::to_string(number);
  if (unit != '\0') text += unit;
  return text;
}

// What should have stood there, but for the range.
const char* kind_of_number(ValueKind kind) {
  switch (kind) {
    case ValueKind::kSize:
      return "a size in octets";
    case ValueKind::kDays:
      return "a number of days";
    case ValueKind::kSeconds:
      return "a number of seconds";
    case ValueKind::kPort:
      return "a port number";
    default:
      return "a whole number";
  }
}

std::string wanted_number(const KnownKey& key, std::string_view value) {
  const std::uint64_t least = key.kind == ValueKind::kPort ? 1 : key.least;
  const std::uint64_t most = key.kind == ValueKind::kPort ? 65535 : key.most;
  const auto number = whole_number(key.kind, value);
  if (number && *number >= least && *number <= most) return {};
  std::string text = kind_of_number(key.kind);
  if (most != KnownKey::kNoEnd) {
    text += fmt::format(" from {} to {}", written(key.kind, least),
                        written(key.kind, most));
  } else if (least > 0) {
    text += fmt::format(" of at least {}", written(key.kind, least));
  }
  if (key.kind == ValueKind::kSize) text += ", such as 31457280, 500M or 1G";
  return text;
}

// What should have stood there, or "" when the value is right.
std::string wanted(const KnownKey& key, std::string_view value) {
  const auto unless = [](bool right, const char* text) {
    return std::string(right ? "" : text);
  };
  // Where nothing is what holds without the line, nothing may stand.
  const bool is_unset = value.empty() && key.fallback.empty();
  switch (key.kind) {
    case ValueKind::kText:
      return unless(key.name != "mail_domain" || is_mail_domain(value),
                    "a domain name or an IP address");
    case ValueKind::kWords:
      return unless(key.name != "more_mail_domains" || are_domain_names(value),
                    "a list of domain names");
    case ValueKind::kServers:
      return unless(each_word(value, is_server),
                    "a list of IP addresses, each perhaps with @PORT");
    case ValueKind::kAddress:
      return unless(is_unset || is_ip_address(std::string(value)),
                    "an IP address (without brackets)");
    case ValueKind::kUrl:
      return unless(is_unset || is_url(value),
                    "an address such as https://HOST/PATH");
    case ValueKind::kDecimal:
      return unless(fraction(value).has_value(), "a number");
    case ValueKind::kYesNo:
      return unless(yes_or_no(value).has_value(), "yes or no");
    case ValueKind::kPath:
      return unless(value.empty() || value[0] == '/', "an absolute path");
    default:
      return wanted_number(key, value);
  }
}

}  // namespace

std::optional<std::uint64_t> whole_number(ValueKind kind,
                                          std::string_view text) {
  switch (kind) {
    case ValueKind::kSize:
      return with_unit(text, kSizeUnits);
    case ValueKind::kDays:
      return with_unit(text, kDayUnits);
    case ValueKind::kSeconds:
      return with_unit(text, kSecondUnits);
    default:
      return integer(text);
  }
}

std::optional<double> fraction(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] =
      std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || rest != end || text.empty() || number < 0) {
    return std::nullopt;
  }
  return number;
}

std::optional<bool> yes_or_no(std::string_view text) {
  const std::string word = lower_case(text);
  for (const char* yes : {"yes", "true", "on", "1"}) {
    if (word == yes) return true;
  }
  // Relays' files may leave the value empty.
  for (const char* no : {"no", "false", "off", "0", ""}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

std::string what_is_wrong(const KnownKey& key, std::string_view value) {
  const std::string should_be = wanted(key, value);
  if (!should_be.empty()) {
    return fmt::format("'{}' is not {}", value, should_be);
  }
  const bool is_unset = value.empty() && key.fallback.empty();
  if (!key.choices.empty() && !is_unset && !is_choice(value, key.choices)) {
    return fmt::format("'{}' is none of {}", value, key.choices);
  }
  return {};
}

}  // namespace daemons
