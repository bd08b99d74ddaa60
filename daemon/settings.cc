#include "daemon/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <initializer_list>

#include "daemon/ini_file.h"
#include "daemon/known_keys.h"
#include "daemon/mail_domain.h"
#include "daemon/value.h"

namespace daemons {
namespace {

[[maybe_unused]] bool has_kind(std::string_view name,
                               std::initializer_list<ValueKind> kinds) {
  const KnownKey* key = find_known_key(name);
  return key != nullptr &&
         std::find(kinds.begin(), kinds.end(), key->kind) != kinds.end();
}

// Each right by itself, and not together.
void refuse_contradictions(const Settings& settings, const std::string& name,
                           std::vector<std::string>& errors) {
  const std::uint64_t shortest = settings.number("username_min_length");
  const std::uint64_t longest = settings.number("username_max_length");
  if (shortest > longest) {
    errors.push_back(
        fmt::format("{}: username_min_length: {} is above username_max_length, "
                    "{}: nobody could make an account",
                    name, shortest, longest));
  }
  if (settings.address_domain().starts_with('[') &&
      !settings.words("more_mail_domains").empty()) {
    errors.push_back(
        name +
        ": more_mail_domains: mail_domain is an IP address, which cannot be "
        "the MX of a domain, and has no DNS for the keys by which others "
        "verify mail: make one of these domains mail_domain");
  }
}

}  // namespace

std::optional<std::string> Settings::set(std::string_view key,
                                         std::string_view value) {
  const KnownKey* known = find_known_key(key);
  if (known == nullptr) return "no such key";
  std::string wrong = what_is_wrong(*known, value);
  if (!wrong.empty()) return wrong;
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
  assert(has_kind(key, {ValueKind::kWords, ValueKind::kServers}));
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
  if (result.errors.empty()) {
    refuse_contradictions(result.settings, name, result.errors);
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
