#include "deploy/services/fsreport/report.h"

#include <fmt/format.h>

#include <cstddef>
#include <nlohmann/json.hpp>

#include "deploy/services/sweep/options.h"

namespace fsreport {
namespace {

std::string share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.1f}%", 100.0 * static_cast<double>(part) /
                                    static_cast<double>(whole));
}

std::string date_of(std::time_t when) {
  std::tm utc{};
  gmtime_r(&when, &utc);
  return fmt::format("{:04}-{:02}-{:02}", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday);
}

template <typename Keys, typename Numbers>
nlohmann::ordered_json by_key(const Keys& keys, const Numbers& numbers) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    object[std::to_string(keys[i])] = numbers[i];
  }
  return object;
}

}  // namespace

std::string readable_size(std::uint64_t octets) {
  constexpr const char* units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  constexpr double step = 1000;
  if (octets < 1000) return fmt::format("{} B", octets);
  double size = static_cast<double>(octets) / step;
  std::size_t unit = 0;
  // What rounds to 1000 is one of the next.
  for (; size >= 999.5 && unit + 1 < std::size(units); ++unit) size /= step;
  const int digits = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", size, digits, units[unit]);
}

std::string report(const Usage& usage, const Question& question) {
  const std::uint64_t all = usage.message_octets + usage.extra_octets;
  std::string text = fmt::format(
      "Storage\n"
      "  {:<22}{:>10}\n  {:<22}{:>10}  {:>6}\n  {:<22}{:>10}  {:>6}\n",
      "all files", readable_size(all), "messages",
      readable_size(usage.message_octets), share(usage.message_octets, all),
      "other files", readable_size(usage.extra_octets),
      share(usage.extra_octets, all));
  text += "\nMessages";
  if (!question.part.empty()) text += " in " + question.part;
  if (question.min_login_age > 0) {
    text += fmt::format(" of accounts without a login for {} days",
                        question.min_login_age);
  }
  text += '\n';
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    text += fmt::format(
        "  {:<22}{:>10}  {:>6}  {:>10}\n",
        "at least " + readable_size(static_cast<std::uint64_t>(kSizes[i])),
        readable_size(usage.octets[i]),
        share(usage.octets[i], usage.message_octets), usage.count[i]);
  }
  const std::uint64_t users = usage.accounts - usage.ci_accounts;
  text += fmt::format(
      "\nAccounts on {}\n  {:<22}{:>10}\n  {:<22}{:>10}\n  {:<22}{:>10}\n",
      date_of(question.now), "all", usage.accounts, "of users", users,
      "of automatic tests", usage.ci_accounts);
  for (std::size_t i = 0; i < kAges.size(); ++i) {
    text += fmt::format("  {:<22}{:>10}  {:>6}\n",
                        fmt::format("active in {} {}", kAges[i],
                                    kAges[i] == 1 ? "day" : "days"),
                        usage.active[i], share(usage.active[i], users));
  }
  return text;
}

std::string json_report(const Usage& usage, const Question& question) {
  nlohmann::ordered_json line;
  line["now"] = question.now;
  line["chatmail_storage_bytes"] = {
      {"messages", usage.message_octets},
      {"extra", usage.extra_octets},
      {"total", usage.message_octets + usage.extra_octets}};
  line["chatmail_messages_bytes"] = by_key(kSizes, usage.octets);
  line["chatmail_messages_count"] = by_key(kSizes, usage.count);
  line["chatmail_accounts"] = {{"all", usage.accounts},
                               {"ci", usage.ci_accounts},
                               {"user", usage.accounts - usage.ci_accounts}};
  line["chatmail_accounts_active"] = by_key(kAges, usage.active);
  line["errors"] = usage.errors;
  return sweep::to_line(line);
}

}  // namespace fsreport
