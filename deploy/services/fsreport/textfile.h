#pragma once

// A file that others read while it is written anew: they see the old text or
// the new one, and after a failure (a full disk) the old one.

#include <optional>
#include <string>
#include <string_view>

namespace fsreport {

// `path` of a directory means `name` in it.
std::string file_at(const std::string& path, const std::string& name);

// Readable by everybody.  What went wrong, or nothing.
std::optional<std::string> write_textfile(const std::string& path,
                                          std::string_view text);

}  // namespace fsreport
