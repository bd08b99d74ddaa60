#include "deploy/services/expire/outcome.h"

#include <fmt/format.h>

#include <string_view>

#include "daemon/log.h"
#include "deploy/services/sweep/options.h"

namespace expire {
namespace {

constexpr std::size_t kLongestPath = 4096;

// "2026-11-25", UTC.
std::string date_of(std::time_t when) {
  std::tm utc{};
  gmtime_r(&when, &utc);
  return fmt::format("{:04}-{:02}-{:02}", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday);
}

std::string text_of(const Wording& wording, const std::string& path,
                    const Removal& removal) {
  std::string why;
  if (removal.reason == Reason::kUnused) {
    why = "last login " + date_of(removal.modified) + ", ";
  } else if (removal.reason != Reason::kEmpty) {
    why =
        fmt::format("{}, {} octets, ", date_of(removal.modified), removal.size);
  }
  return fmt::format(
      "{} {} ({}{})\n", wording.dry_run ? "would remove" : "removed",
      daemons::printable(path, kLongestPath), why, word_of(removal.reason));
}

std::string json_of(const Wording& wording, const std::string& path,
                    const Removal& removal) {
  nlohmann::ordered_json line;
  line[wording.dry_run ? "would_remove" : "removed"] = path;
  line["reason"] = word_of(removal.reason);
  if (removal.reason == Reason::kUnused) {
    line["last_login"] = removal.modified;
  } else if (removal.reason != Reason::kEmpty) {
    line["octets"] = removal.size;
    line["modified"] = removal.modified;
  }
  return sweep::to_line(line);
}

}  // namespace

void Summary::add(const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::kVanished) return;
  ++mailboxes;
  mailboxes_removed += outcome.kind == Outcome::Kind::kRemoved ? 1 : 0;
  left_alone += outcome.kind == Outcome::Kind::kLeftAlone ? 1 : 0;
  errors += outcome.error.empty() ? 0 : 1;
  messages += outcome.messages;
  messages_removed += outcome.removed;
  octets_removed += outcome.octets;
}

std::string lines_of(const Wording& wording, const std::string& path,
                     const Outcome& outcome) {
  std::string lines;
  for (const Removal& removal : outcome.removals) {
    const std::string whole =
        removal.path.empty() ? path : path + '/' + removal.path;
    lines += wording.json ? json_of(wording, whole, removal)
                          : text_of(wording, whole, removal);
  }
  return lines;
}

std::string line_of(const Wording& wording, const Summary& summary,
                    double seconds) {
  if (!wording.json) {
    return fmt::format(
        "{} {} out of {} mailboxes and {} out of {} files in existing "
        "mailboxes in {:.2f} seconds\n",
        wording.dry_run ? "Would remove" : "Removed", summary.mailboxes_removed,
        summary.mailboxes, summary.messages_removed, summary.messages, seconds);
  }
  nlohmann::ordered_json line;
  line["dry_run"] = wording.dry_run;
  line["mailboxes"] = summary.mailboxes;
  line["mailboxes_removed"] = summary.mailboxes_removed;
  line["messages"] = summary.messages;
  line["messages_removed"] = summary.messages_removed;
  line["octets_removed"] = summary.octets_removed;
  line["left_alone"] = summary.left_alone;
  line["errors"] = summary.errors;
  line["seconds"] = seconds;
  return sweep::to_line(line);
}

}  // namespace expire
