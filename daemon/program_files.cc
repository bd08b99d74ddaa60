#include "daemon/program_files.h"

#include <filesystem>
#include <system_error>

namespace daemons {

std::string shipped_directory(const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    const fs::path beside =
        program.parent_path().parent_path() / "share" / "chatmilter" / name;
    if (fs::is_directory(beside, problem)) return beside.string();
  }
  return "/usr/share/chatmilter/" + name;
}

std::string shipped_rules_directory() { return shipped_directory("rules"); }

}  // namespace daemons
