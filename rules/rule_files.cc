#include "rules/rule_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace rules {
namespace {

namespace fs = std::filesystem;

// Regular files only: at a fifo one would wait for ever, and a device has no
// end.
std::optional<std::string> read_whole(const fs::path& path, std::size_t most,
                                      std::string& error) {
  const int file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  struct stat status {};
  if (file < 0 || fstat(file, &status) != 0) {
    error = std::strerror(errno);
    if (file >= 0) close(file);
    return std::nullopt;
  }
  std::string text;
  ssize_t count = 0;
  if (!S_ISREG(status.st_mode)) {
    error = "it is no regular file";
  } else {
    char chunk[65536];
    while (text.size() <= most &&
           (count = read(file, chunk, sizeof chunk)) > 0) {
      text.append(chunk, static_cast<std::size_t>(count));
    }
    if (count < 0) error = std::strerror(errno);
    if (text.size() > most) error = "it is too large";
  }
  close(file);
  if (!error.empty()) return std::nullopt;
  // A byte order mark is nobody's first word.
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

bool is_rules_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return path.extension() == ".conf" && name[0] != '.';
}

// The *.conf of a folder, behind those that `result` has.
void add_folder(const fs::path& folder, bool may_be_absent, RuleFiles& result) {
  std::error_code problem;
  std::vector<fs::path> paths;
  for (fs::directory_iterator entry(folder, problem), end;
       !problem && entry != end; entry.increment(problem)) {
    if (is_rules_file(entry->path())) paths.push_back(entry->path());
  }
  if (problem == std::errc::no_such_file_or_directory && may_be_absent) return;
  if (problem) {
    result.error = folder.string() + ": " + problem.message();
    return;
  }
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    std::string error;
    auto text = read_whole(path, kMaxFileOctets, error);
    if (!text) {
      result.error = path.string() + ": " + error;
      return;
    }
    result.files.push_back({path.string(), *std::move(text)});
  }
}

}  // namespace

RuleFiles read_rule_files(const std::string& own,
                          const std::string& directory) {
  RuleFiles result;
  const fs::path inside = fs::path(directory) / "rules.d";
  std::error_code ignored;
  // One folder by two names is read once.
  if (!own.empty() && !fs::equivalent(own, inside, ignored)) {
    add_folder(own, /*may_be_absent=*/true, result);
  }
  if (result.error.empty()) add_folder(inside, /*may_be_absent=*/true, result);
  if (result.error.empty()) {
    const std::size_t before = result.files.size();
    add_folder(directory, /*may_be_absent=*/false, result);
    if (result.error.empty() && result.files.size() == before) {
      result.error = directory + ": there is no rules file (*.conf) in it";
    }
  }
  return result;
}

std::optional<std::string> read_list_file(const std::string& rules_file,
                                          const std::string& name,
                                          std::string& error) {
  return read_whole(fs::path(rules_file).parent_path() / name, kMaxListOctets,
                    error);
}

}  // namespace rules
