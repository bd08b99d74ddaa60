#include "deploy/webpage/publication.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace webpage {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFileMode = 0644;  // nginx reads as another user

bool holds(const fs::path& path, const std::string& octets) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return false;
  return std::string{std::istreambuf_iterator<char>(file), {}} == octets;
}

// "" or what went wrong.
std::string write(const fs::path& path, const std::string& octets) {
  std::error_code problem;
  fs::create_directories(path.parent_path(), problem);
  if (problem) return path.parent_path().string() + ": " + problem.message();
  const std::string beside = path.string() + ".new";
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  file << octets;
  file.close();
  if (!file || chmod(beside.c_str(), kFileMode) != 0) {
    return beside + ": " + std::strerror(errno);
  }
  fs::rename(beside, path, problem);
  return problem ? path.string() + ": " + problem.message() : "";
}

}  // namespace

Publication publish(const Site& site, const std::string& folder, bool dry_run) {
  Publication result;
  for (const SiteFile& file : site.files) {
    const fs::path path = fs::path(folder) / file.name;
    if (holds(path, file.octets)) continue;
    if (!dry_run) {
      result.error = write(path, file.octets);
      if (!result.error.empty()) return result;
    }
    result.written.push_back(file.name);
  }
  return result;
}

}  // namespace webpage
