#include "daemon/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <initializer_list>

#include "daemon/ini_file.h"
#include "daemon/known_keys.h"
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

bool is_choice(std::string_view value, std::string_view choices) {
  while (true) {
    const std::size_t bar = choices.find('|');
    if (value == choices.substr(0, bar)) return true;
    if (bar == std::string_view::npos) return false;
    choices.remove_prefix(bar + 1);
  }
}

// Of each word; an IP address has no relay beside it.
bool are_domain_names(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  while (true) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return true;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(blanks));
    if (!is_mail_domain(word) || domain_of_addresses(word).starts_with('[')) {
      return false;
    }
    text.remove_prefix(word.size());
  }
}

// What should have stood there, or nullptr when the value is right.
const char* wanted(const KnownKey& key, std::string_view value) {
  switch (key.kind) {
    case ValueKind::kText:
      if (key.name == "mail_domain" && !is_mail_domain(value)) {
        return "a domain name or an IP address";
      }
      return nullptr;
    case ValueKind::kWords:
      if (key.name == "more_mail_domains" && !are_domain_names(value)) {
        return "a list of domain names";
      }
      return nullptr;
    case ValueKind::kInteger:
      return integer(value) ? nullptr : "a whole number";
    case ValueKind::kDecimal:
      return fraction(value) ? nullptr : "a number";
    case ValueKind::kSize:
      return whole_number(key.kind, value)
                 ? nullptr
                 : "a size in octets, such as 31457280, 500M or 1G";
    case ValueKind::kDays:
      return whole_number(key.kind, value) ? nullptr : "a number of days";
    case ValueKind::kSeconds:
      return whole_number(key.kind, value) ? nullptr : "a number of seconds";
    case ValueKind::kPort: {
      const auto port = integer(value);
      return port && *port >= 1 && *port <= 65535 ? nullptr : "a port number";
    }
    case ValueKind::kYesNo:
      return yes_or_no(value) ? nullptr : "yes or no";
    case ValueKind::kPath:
      return value.empty() || value[0] == '/' ? nullptr : "an absolute path";
  }
  return nullptr;
}

[[maybe_unused]] bool has_kind(std::string_view name,
                               std::initializer_list<ValueKind> kinds) {
  const KnownKey* key = find_known_key(name);
  return key != nullptr &&
         std::find(kinds.begin(), kinds.end(), key->kind) != kinds.end();
}

}  // namespace

std::optional<std::string> Settings::set(std::string_view key,
                                         std::string_view value) {
  const KnownKey* known = find_known_key(key);
  if (known == nullptr) return "no such key";
  if (const char* should_be = wanted(*known, value)) {
    return fmt::format("'{}' is not {}", value, should_be);
  }
  const bool is_unset = value.empty() && known->fallback.empty();
  if (!known->choices.empty() && !is_unset &&
      !is_choice(value, known->choices)) {
    return fmt::format("'{}' is none of {}", value, known->choices);
  }
  values_.insert_or_assign(std::string(key), std::string(value));
  return std::nullopt;
}

const std::string* Settings::find(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

std::optional<std::string> Settings::for_rules(std::string_view key) const {
  const KnownKey* known = find_known_key(key);
  if (known == nullptr) return std::nullopt;
  switch (known->kind) {
    case ValueKind::kInteger:
    case ValueKind::kSize:
    case ValueKind::kDays:
    case ValueKind::kSeconds:
    case ValueKind::kPort:
      return std::to_string(number(key));
    default:
      return text(key);
  }
}

bool Settings::is_set(std::string_view key) const {
  return find(key) != nullptr;
}

std::string Settings::text(std::string_view key) const {
  const KnownKey* known = find_known_key(key);
  assert(known != nullptr);
  const std::string* value = find(key);
  return value != nullptr ? *value : std::string(known->fallback);
}

std::vector<std::string> Settings::words(std::string_view key) const {
  assert(has_kind(key, {ValueKind::kWords}));
  const std::string all = text(key);
  constexpr std::string_view blanks = " \t\r\n";
  std::vector<std::string> result;
  std::size_t begin = all.find_first_not_of(blanks);
  while (begin != std::string::npos) {
    const std::size_t end = all.find_first_of(blanks, begin);
    result.push_back(all.substr(begin, end - begin));
    begin = all.find_first_not_of(blanks, end);
  }
  return result;
}

std::uint64_t Settings::number(std::string_view key) const {
  assert(has_kind(key, {ValueKind::kInteger, ValueKind::kSize, ValueKind::kDays,
                        ValueKind::kSeconds, ValueKind::kPort}));
  return whole_number(find_known_key(key)->kind, text(key)).value_or(0);
}

double Settings::decimal(std::string_view key) const {
  assert(has_kind(key, {ValueKind::kDecimal}));
  return fraction(text(key)).value_or(0);
}

bool Settings::yes(std::string_view key) const {
  assert(has_kind(key, {ValueKind::kYesNo}));
  return yes_or_no(text(key)).value_or(false);
}

std::string Settings::address_domain() const {
  return domain_of_addresses(text("mail_domain"));
}

std::vector<std::string> Settings::address_domains() const {
  std::vector<std::string> domains = {address_domain()};
  for (const std::string& word : words("more_mail_domains")) {
    std::string domain = domain_of_addresses(word);
    if (std::find(domains.begin(), domains.end(), domain) == domains.end()) {
      domains.push_back(std::move(domain));
    }
  }
  return domains;
}

std::string Settings::mailboxes_dir() const {
  std::string directory = text("mailboxes_dir");
  if (!directory.empty()) return directory;
  return "/home/vmail/mail/" + text("mail_domain");
}

SettingsFile parse_settings(std::string_view text, const std::string& name) {
  SettingsFile result;
  const IniFile file = parse_ini(text);
  for (const IniError& error : file.errors) {
    result.errors.push_back(
        fmt::format("{}:{}: {}", name, error.line, error.what));
  }
  for (const IniEntry& entry : file.entries) {
    const std::string where = fmt::format("{}:{}: ", name, entry.line);
    if (entry.section != "params") {
      result.warnings.push_back(where + entry.key +
                                " stands outside the section [params]");
      continue;
    }
    if (find_known_key(entry.key) == nullptr) {
      const std::string_view meant = nearest_known_name(entry.key);
      result.warnings.push_back(
          where + "unknown key " + entry.key +
          (meant.empty() ? "" : fmt::format(" (did you mean {}?)", meant)));
      continue;
    }
    if (const auto wrong = result.settings.set(entry.key, entry.value)) {
      result.errors.push_back(where + entry.key + ": " + *wrong);
    }
  }
  return result;
}

SettingsFile read_settings(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  std::string text;
  char chunk[4096];
  std::size_t count = 0;
  while (file != nullptr &&
         (count = std::fread(chunk, 1, sizeof chunk, file)) > 0) {
    text.append(chunk, count);
  }
  const bool failed = file == nullptr || std::ferror(file) != 0;
  const int reason = errno;
  if (file != nullptr) std::fclose(file);
  if (!failed) return parse_settings(text, path);
  SettingsFile result;
  result.errors.push_back(fmt::format("{}: {}", path, std::strerror(reason)));
  return result;
}

}  // namespace daemons
