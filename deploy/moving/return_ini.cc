#include "deploy/moving/return_ini.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "deploy/moving/predecessor.h"

namespace moving {
namespace {

constexpr std::string_view kNumbers[] = {
    "max_user_send_per_minute", "max_user_send_burst_size",
    "max_message_size",         "delete_mails_after",
    "delete_large_after",       "delete_inactive_users_after",
    "username_min_length",      "username_max_length",
    "password_min_length",      "max_imap_connections",
    "max_smtp_connections"};
constexpr std::string_view kSwitches[] = {"disable_ipv6", "imap_rawlog",
                                          "imap_compress"};

template <std::size_t N>
bool is_one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

bool is_true_there(std::string_view value) {
  std::string lower(value);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower == "true";
}

// Another spelling that both read alike; nullopt: this one is.
std::optional<std::string> spelling(std::string_view key,
                                    std::string_view value,
                                    const daemons::Settings& settings) {
  if (is_one_of(key, kNumbers)) {
    const bool is_plain =
        !value.empty() &&
        value.find_first_not_of("0123456789") == std::string_view::npos;
    if (is_plain) return std::nullopt;
    return std::to_string(settings.number(key));
  }
  if (is_one_of(key, kSwitches)) {
    const bool ours = settings.yes(key);
    if (is_true_there(value) == ours) return std::nullopt;
    return ours ? "True" : "False";
  }
  return std::nullopt;
}

// The line as it goes back, without its end.
std::string line_back(std::string_view line, const daemons::Settings& settings,
                      ReturnIni& result) {
  const bool is_assignment = !line.empty() && line.front() != ' ' &&
                             line.front() != '\t' && line.front() != '#' &&
                             line.front() != ';' && line.front() != '[';
  const std::size_t sign = line.find_first_of("=:");
  if (!is_assignment || sign == std::string_view::npos) {
    return std::string(line);
  }
  const std::string_view key = trimmed(line.substr(0, sign));
  const std::string_view value = trimmed(line.substr(sign + 1));
  const auto other = spelling(key, value, settings);
  if (!other) return std::string(line);
  result.changed.push_back(fmt::format("{}: {} is {}", key, value, *other));
  return fmt::format("{} = {}", key, *other);
}

void tell_losses(const daemons::Settings& settings, ReturnIni& result) {
  const auto lose = [&](std::string what) {
    result.losses.push_back(std::move(what));
  };
  const auto domains = settings.address_domains();
  for (std::size_t i = 1; i < domains.size(); ++i) {
    lose("more_mail_domains: it serves one domain; the accounts of " +
         domains[i] + " stay where they are, and nobody can log in to them");
  }
  if (settings.text("registration") != "open") {
    lose(
        "registration: it lets anybody make an account; the file "
        "/etc/chatmail-nocreate lets nobody");
  }
  if (settings.text("dkim_selector") != kTheirSelector) {
    lose(
        fmt::format("dkim_selector: it signs with {}._domainkey: publish that "
                    "record",
                    kTheirSelector));
  }
  if (settings.text("dkim_key") != kTheirKey) {
    lose(fmt::format("dkim_key: it signs with {}: copy the key there",
                     kTheirKey));
  }
}

}  // namespace

ReturnIni return_ini(std::string_view text, const daemons::Settings& settings) {
  ReturnIni result;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    result.text += line_back(text.substr(0, end), settings, result);
    if (end == std::string_view::npos) break;
    result.text += '\n';
    text.remove_prefix(end + 1);
  }
  tell_losses(settings, result);
  return result;
}

}  // namespace moving
