#pragma once

// How busy the host is.  What cannot be read is as good as it can be: a rule
// about it is then never true.

#include <cstdint>
#include <limits>
#include <string>

namespace doveauth {

struct SystemLoad {
  std::uint64_t load_hundredths = 0;  // of the last minute's average
  std::uint64_t available_memory =
      std::numeric_limits<std::uint64_t>::max();  // octets
};

SystemLoad read_system_load();

// Octets that others than root may still write to the file system of `path`.
std::uint64_t free_disk_space(const std::string& path);

// The text of /proc/loadavg and of /proc/meminfo.
std::uint64_t parse_load_average(const std::string& text);
std::uint64_t parse_available_memory(const std::string& text);

}  // namespace doveauth
