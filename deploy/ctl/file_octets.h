#pragma once

// Whole files, read and written, with an error that names the file and the
// cause.

#include <iosfwd>
#include <string>
#include <string_view>

namespace ctl {

struct FileOctets {
  std::string octets;
  std::string error;  // not empty: it could not be read, and why
};

// "-" is `standard_input`.
FileOctets read_file(const std::string& path, std::istream& standard_input);
FileOctets read_file(const std::string& path);

// Writes beside `path` and renames, so that a reader sees the old octets or
// the new ones, and a full disk leaves the old ones.  Returns the error, or "".
std::string write_file(const std::string& path, std::string_view octets);

}  // namespace ctl
