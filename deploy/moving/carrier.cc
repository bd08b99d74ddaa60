#include "deploy/moving/carrier.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>

namespace moving {
namespace {

using installation::Problem;
using installation::Story;

// Of the file system that `path` is on or will be on.
struct Disk {
  dev_t number = 0;
  std::uint64_t free = UINT64_MAX;
  std::string folder;
};

Disk disk_of(std::filesystem::path path) {
  struct stat status {};
  while (stat(path.c_str(), &status) != 0 && path.has_relative_path()) {
    path = path.parent_path();
  }
  Disk disk{.number = status.st_dev, .folder = path.string()};
  struct statvfs space {};
  if (statvfs(path.c_str(), &space) == 0) {
    disk.free = std::uint64_t{space.f_bavail} * space.f_frsize;
  }
  return disk;
}

void small_disks(const Inspection& found, const CarryOptions& options,
                 std::vector<Problem>& problems) {
  std::map<dev_t, std::pair<Disk, std::uint64_t>> wanted;
  for (std::size_t i = 0; i < found.roots.size(); ++i) {
    if (options.without.contains(found.roots[i].part)) continue;
    const Disk disk = disk_of(options.root + found.roots[i].path);
    auto& [first, sum] =
        wanted.try_emplace(disk.number, disk, std::uint64_t{0}).first->second;
    // A file takes whole blocks.
    constexpr std::uint64_t kBlock = 4096;
    sum += found.tallies[i].octets + found.tallies[i].files * kBlock / 2;
  }
  for (const auto& [number, one] : wanted) {
    const auto& [disk, sum] = one;
    if (sum <= disk.free) continue;
    problems.push_back(
        {fmt::format("{} has {} of room, and {} are wanted", disk.folder,
                     size_text(disk.free), size_text(sum)),
         "Make room; what is here stays until all has come"});
  }
}

void unknown_owners(const Inspection& found, const CarryOptions& options,
                    std::vector<Problem>& problems) {
  if (!options.root.empty() || !options.staging.otherwise.empty()) return;
  for (const std::string& user : found.owners) {
    if (user.empty() || getpwnam(user.c_str()) != nullptr) continue;  // NOLINT
    problems.push_back({"there is no user " + user + " on this host",
                        "Install the package and its programs first: apt "
                        "install ./chatmilter_*.deb"});
  }
  for (const std::string& group : found.groups) {
    if (group.empty() || getgrnam(group.c_str()) != nullptr ||  // NOLINT
        found.owners.contains(group)) {
      continue;
    }
    problems.push_back({"there is no group " + group + " on this host",
                        "Install the program that has it"});
  }
}

}  // namespace

std::vector<Problem> obstacles(const Inspection& found,
                               const CarryOptions& options) {
  std::vector<Problem> problems;
  unknown_owners(found, options, problems);
  small_disks(found, options, problems);
  return problems;
}

std::string stamp_of(const std::string& what, std::int64_t now) {
  return fmt::format(".before-{}-{:%Y%m%d-%H%M%S}", what,
                     fmt::gmtime(static_cast<std::time_t>(now)));
}

std::string counted(std::uint64_t number, std::string_view one) {
  return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
}

std::string size_text(std::uint64_t octets) {
  constexpr double kStep = 1000;
  double value = static_cast<double>(octets);
  const char* unit = "octets";
  for (const char* const next : {"kB", "MB", "GB", "TB"}) {
    if (value < kStep) break;
    value /= kStep;
    unit = next;
  }
  return octets < 1000 ? fmt::format("{} octets", octets)
                       : fmt::format("{:.1f} {}", value, unit);
}

void tell_parts(const Inspection& found, const std::set<Part>& without,
                Story& story) {
  for (const Part part : kParts) {
    bool has = false;
    for (std::size_t i = 0; i < found.roots.size(); ++i) {
      has = has || (found.roots[i].part == part && found.has[i]);
    }
    if (!has) continue;
    const Tally tally = found.of(part);
    story.line(fmt::format(
        "{}: {}, {}{}", name_of(part), counted(tally.files, "file"),
        size_text(tally.octets), without.contains(part) ? " (left out)" : ""));
  }
}

bool carry(const Source& source, const InspectionOptions& inspection,
           const CarryOptions& options, Story& story) {
  Inspection again;
  std::unique_ptr<Staging> staging;
  InspectionOptions taking = inspection;
  taking.forward = [&](archive_entry& entry, Content& content,
                       std::size_t root) -> std::string {
    // The places are known from the manifest on.
    if (!staging) {
      StagingOptions there = options.staging;
      there.root = options.root;
      staging = std::make_unique<Staging>(again.roots, there);
    }
    if (options.without.contains(again.roots[root].part)) return {};
    return staging->put(entry, content, root);
  };
  std::string error = inspect(source, taking, again);
  if (error.empty() && staging) error = staging->settle();
  if (error.empty() && staging) error = staging->swap();
  if (!error.empty()) {
    story.problem(error, "Nothing was changed");
    return false;
  }
  if (!staging) return true;
  for (const std::string& note : staging->notes()) {
    story.line("not kept: " + note);
  }
  for (const std::string& path : staging->aside()) {
    story.line("what was there before: " + path);
  }
  return true;
}

}  // namespace moving
