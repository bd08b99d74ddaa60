#include "rules/rule_files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace rules {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> read_whole(const fs::path& path,
                                      std::string& error) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) {
    text.assign(std::istreambuf_iterator<char>(file),
                std::istreambuf_iterator<char>());
  }
  if (!file || file.bad()) {
    error = std::strerror(errno == 0 ? EIO : errno);
    return std::nullopt;
  }
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
    auto text = read_whole(path, error);
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
  if (!own.empty()) add_folder(own, /*may_be_absent=*/true, result);
  if (result.error.empty()) {
    add_folder(fs::path(directory) / "rules.d", /*may_be_absent=*/true, result);
  }
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
  return read_whole(fs::path(rules_file).parent_path() / name, error);
}

}  // namespace rules
