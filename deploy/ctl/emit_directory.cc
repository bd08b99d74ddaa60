#include "deploy/ctl/emit_directory.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "deploy/ctl/file_octets.h"

namespace ctl {
namespace {

namespace fs = std::filesystem;

std::string numbered(const fs::path& name, int number) {
  if (number == 1) return name.string();
  return name.stem().string() + "." + std::to_string(number) +
         name.extension().string();
}

}  // namespace

EmitDirectory::EmitDirectory(std::string directory)
    : directory_(std::move(directory)) {}

EmitDirectory::Result EmitDirectory::write(const std::string& input,
                                           std::string_view octets) {
  std::error_code error;
  fs::create_directories(directory_, error);
  if (error) {
    return {{}, "cannot make " + directory_ + ": " + error.message()};
  }
  const fs::path wanted =
      input == "-" ? fs::path("stdin.eml") : fs::path(input).filename();
  int number = 1;
  while (!names_.insert(numbered(wanted, number)).second) ++number;
  const std::string path =
      (fs::path(directory_) / numbered(wanted, number)).string();
  return {path, write_file(path, octets)};
}

}  // namespace ctl
