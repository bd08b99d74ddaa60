#pragma once

// Files of the host, read whole and replaced whole.
//
// A reader sees the old octets or the new ones; what was there is kept beside
// it once, under the name with ".before-chatmilter", so that an operator finds
// what the distribution or another hand had written.

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace machine {

inline constexpr std::string_view kBackupSuffix = ".before-chatmilter";

// nullopt: it is not there, or cannot be read; then `error` says why, and is
// empty when it is only absent.
std::optional<std::string> read_text(const std::string& path,
                                     std::string& error);

struct FileAccess {
  mode_t mode = 0644;
  // Names; empty: as they come.
  std::string owner{};
  std::string group{};
};

// Returns what went wrong, or "".  Missing folders are made, 0755.
std::string replace_file(const std::string& path, std::string_view text,
                         const FileAccess& access);

// Whether mode, owner and group are those already.
bool has_access(const std::string& path, const FileAccess& access);

// Keeps what `path` holds as its backup, unless there is one; "" or the error.
std::string keep_backup(const std::string& path);

}  // namespace machine
