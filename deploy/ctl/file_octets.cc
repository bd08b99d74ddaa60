#include "deploy/ctl/file_octets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <istream>
#include <system_error>

namespace ctl {
namespace {

std::string describe(std::string_view what, const std::string& path,
                     int error) {
  return std::string(what) + " " + path + ": " +
         std::generic_category().message(error);
}

// Returns errno, or 0.
int write_all(int descriptor, std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t written = write(descriptor, octets.data(), octets.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    octets.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

FileOctets read_file(const std::string& path, std::istream& standard_input) {
  if (path != "-") return read_file(path);
  FileOctets file;
  std::array<char, 65536> buffer{};
  while (standard_input) {
    standard_input.read(buffer.data(), buffer.size());
    file.octets.append(buffer.data(),
                       static_cast<std::size_t>(standard_input.gcount()));
  }
  if (standard_input.bad()) file.error = "cannot read the standard input";
  return file;
}

FileOctets read_file(const std::string& path) {
  FileOctets file;
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    file.error = describe("cannot read", path, errno);
    return file;
  }
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) file.error = describe("cannot read", path, errno);
    if (count <= 0) break;
    file.octets.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(descriptor);
  return file;
}

std::string write_file(const std::string& path, std::string_view octets) {
  std::string temporary = path + ".XXXXXX";
  const int descriptor = mkstemp(temporary.data());
  if (descriptor < 0) return describe("cannot write", path, errno);
  int error = write_all(descriptor, octets);
  // mkstemp() makes a file for the owner only; a message to look at is an
  // ordinary one.
  constexpr mode_t kMode = 0644;
  if (error == 0 && fchmod(descriptor, kMode) != 0) error = errno;
  if (close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  if (error == 0) return {};
  unlink(temporary.c_str());
  return describe("cannot write", path, error);
}

}  // namespace ctl
