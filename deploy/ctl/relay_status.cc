#include "deploy/ctl/relay_status.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <string_view>

#include "deploy/ctl/journal.h"
#include "deploy/ctl/queue_listing.h"
#include "deploy/machine/certificate.h"
#include "deploy/machine/program.h"

namespace ctl {
namespace {

using Kind = StatusLine::Kind;

constexpr std::int64_t kDay = 86'400;

// Direction, verdict and reason of "4X: inbound reject cleartext ...".
std::vector<std::string> verdict_words(std::string_view line) {
  constexpr std::size_t kWords = 3;
  std::vector<std::string> words;
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos) return words;
  line.remove_prefix(colon + 2);
  while (words.size() < kWords && !line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  if (words.size() < kWords) words.clear();
  return words;
}

std::string size_text(std::uint64_t octets) {
  constexpr double kGiga = 1024.0 * 1024 * 1024;
  return fmt::format("{:.1f} GB", static_cast<double>(octets) / kGiga);
}

// The folder of pushes under way has a file for each; its own time is that of
// the last one that came or went.
struct PendingPushes {
  std::uint64_t waiting = 0;
  std::int64_t last = 0;  // 0: none yet
};

PendingPushes pending_in(const std::string& folder) {
  PendingPushes pushes;
  struct stat status {};
  if (stat(folder.c_str(), &status) != 0) return pushes;
  pushes.last = status.st_mtime;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(folder, failure), end;
       !failure && entry != end; entry.increment(failure)) {
    ++pushes.waiting;
  }
  return pushes;
}

}  // namespace

StatusLines certificate_status(const StatusWorld& world) {
  constexpr std::int64_t kDaysToWorry = 14;
  const std::string& path = world.site.tls.certificate;
  const auto certificate = machine::read_certificate(path);
  if (!certificate.error.empty()) {
    const std::size_t known = certificate.error.starts_with(path + ": ")
                                  ? path.size() + 2
                                  : std::size_t{0};
    return {{"certificate", path, Kind::kBad, certificate.error.substr(known)}};
  }
  const std::int64_t days = (certificate.not_after - world.now) / kDay;
  StatusLine line{"certificate", path, Kind::kGood,
                  fmt::format("{} days left", days)};
  if (certificate.not_after <= world.now) {
    line.kind = Kind::kBad;
    line.text = "over since " + age_text(world.now - certificate.not_after);
  } else if (certificate.not_before > world.now) {
    line.kind = Kind::kBad;
    line.text = "not valid yet; is the clock right?";
  } else if (days < kDaysToWorry) {
    line.kind = Kind::kBad;
    line.text += "; it should have been renewed by now";
  }
  line.facts["days_left"] = days;
  line.facts["not_after"] = certificate.not_after;
  line.facts["names"] = certificate.names;
  line.facts["self_signed"] = certificate.is_self_signed;
  return {line};
}

StatusLines queue_status(const StatusWorld& world) {
  const QueueListing listing = ask_for_queue();
  if (!listing.error.empty()) {
    return {{"queue", "postfix", Kind::kUnknown, listing.error}};
  }
  StatusLine line{"queue", "postfix", Kind::kGood, "empty"};
  if (listing.messages > 0) {
    line.text = fmt::format("{} messages, {} deferred, the oldest since {}",
                            listing.messages, listing.deferred,
                            age_text(world.now - listing.oldest));
    line.facts["oldest"] = listing.oldest;
  }
  line.facts["messages"] = listing.messages;
  line.facts["deferred"] = listing.deferred;
  return {line};
}

StatusLines disk_status(const StatusWorld& world) {
  StatusLines lines;
  std::vector<unsigned long> seen;
  for (const std::string& folder :
       {world.site.mailboxes_dir, std::string("/var/spool/postfix"),
        std::string("/")}) {
    struct statvfs disk {};
    if (statvfs(folder.c_str(), &disk) != 0) {
      if (folder != world.site.mailboxes_dir) continue;
      lines.push_back({"disk", folder, Kind::kBad, std::strerror(errno)});
      continue;
    }
    const bool is_told =
        std::find(seen.begin(), seen.end(), disk.f_fsid) != seen.end();
    if (is_told) continue;
    seen.push_back(disk.f_fsid);
    const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    const std::uint64_t all = std::uint64_t{disk.f_blocks} * disk.f_frsize;
    const bool is_full = free < world.settings.number("min_free_disk_space");
    lines.push_back(
        {"disk",
         folder,
         is_full ? Kind::kBad : Kind::kGood,
         size_text(free) + " of " + size_text(all) + " free" +
             (is_full ? "; no new accounts below min_free_disk_space" : ""),
         {{"free", free}, {"octets", all}}});
  }
  return lines;
}

StatusLines push_status(const StatusWorld& world) {
  const PendingPushes pushes =
      pending_in(world.site.mailboxes_dir + "/pending_notifications");
  StatusLine line{"push", "notifications", Kind::kGood, "none yet"};
  line.facts["waiting"] = pushes.waiting;
  if (pushes.last != 0) {
    line.text = fmt::format("the last {} ago, {} waiting",
                            age_text(world.now - pushes.last), pushes.waiting);
    line.facts["last"] = pushes.last;
  }
  const Journal journal =
      read_journal({.unit = "chatmail-metadata.service",
                    .wanted = "notifications (fail|are delivered)",
                    .bounds = {"--lines=1"}});
  if (!journal.is_known) {
    line.kind = Kind::kUnknown;
    line.text += "; whether they fail is not known: no journal";
  } else if (!journal.lines.empty()) {
    const JournalLine& change = journal.lines.back();
    const bool fails =
        change.text.find("notifications fail") != std::string::npos;
    line.facts["fails"] = fails;
    line.facts["changed"] = change.time;
    // What nobody waits for any more fails no more.
    if (fails && pushes.waiting > 0) {
      line.kind = Kind::kBad;
      line.text += fmt::format("; since {}: {}",
                               age_text(world.now - change.time), change.text);
    }
  }
  return {line};
}

StatusLines refusal_status(const StatusWorld& world) {
  const Journal journal =
      read_journal({.unit = "chatmail-milter.service",
                    .wanted = " (reject|tempfail) ",
                    .bounds = {"--since=-24h", "--lines=20000"}});
  if (!journal.is_known) {
    return {{"refusals", "milter", Kind::kUnknown, "not known: no journal"}};
  }
  struct Count {
    std::uint64_t messages = 0;
    std::int64_t last = 0;
  };
  std::map<std::vector<std::string>, Count> counts;
  for (const JournalLine& line : journal.lines) {
    const auto words = verdict_words(line.text);
    if (words.empty() || (words[1] != "reject" && words[1] != "tempfail")) {
      continue;
    }
    Count& count = counts[words];
    ++count.messages;
    count.last = std::max(count.last, line.time);
  }
  StatusLines lines;
  for (const auto& [words, count] : counts) {
    lines.push_back({"refusals",
                     words[0] + " " + words[2],
                     Kind::kGood,
                     fmt::format("{}, the last {} ago", count.messages,
                                 age_text(world.now - count.last)),
                     {{"direction", words[0]},
                      {"verdict", words[1]},
                      {"reason", words[2]},
                      {"messages", count.messages},
                      {"last", count.last}}});
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) {
                     return a.facts["messages"] > b.facts["messages"];
                   });
  if (lines.empty()) {
    lines.push_back({"refusals", "milter", Kind::kGood, "none in a day"});
  }
  return lines;
}

}  // namespace ctl
