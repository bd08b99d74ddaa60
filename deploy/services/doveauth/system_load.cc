#include "deploy/services/doveauth/system_load.h"

#include <sys/statvfs.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <system_error>

namespace doveauth {
namespace {

constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

std::string text_of(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::uint64_t parse_load_average(const std::string& text) {
  double load = 0;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), load);
  if (parsed.ec != std::errc() || !(load >= 0) || load > 1e6) return 0;
  return static_cast<std::uint64_t>(std::lround(load * 100));
}

std::uint64_t parse_available_memory(const std::string& text) {
  constexpr std::string_view label = "MemAvailable:";
  const std::size_t at = text.find(label);
  if (at == std::string::npos) return kUnknown;
  const std::size_t digits = text.find_first_not_of(' ', at + label.size());
  if (digits == std::string::npos) return kUnknown;
  std::uint64_t kilobytes = 0;
  const auto parsed = std::from_chars(text.data() + digits,
                                      text.data() + text.size(), kilobytes);
  if (parsed.ec != std::errc() || kilobytes > kUnknown / 1024) return kUnknown;
  return kilobytes * 1024;
}

SystemLoad read_system_load() {
  return {parse_load_average(text_of("/proc/loadavg")),
          parse_available_memory(text_of("/proc/meminfo"))};
}

std::uint64_t free_disk_space(const std::string& path) {
  struct statvfs status {};
  if (statvfs(path.c_str(), &status) != 0) return kUnknown;
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

}  // namespace doveauth
