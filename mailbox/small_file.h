#pragma once

// Small files in a directory that is open: read whole, replaced whole.
//
// A reader sees the old text or the new one, never a part, and after a loss of
// power too: the new text is on disk before it takes the name, and the name
// before replace_file() returns.  Symbolic links are not followed: a mailbox
// directory is its user's, and a link in it could lead anywhere.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace mailbox {

// Only ENOENT means that something is not there; any other trouble is that
// nobody knows.
enum class Presence : std::uint8_t { kThere, kAbsent, kUnknowable };

Presence presence_of(int directory, const char* name);

struct ReadResult {
  Presence presence = Presence::kUnknowable;
  std::string text;
  std::time_t modified = 0;
  std::string error;  // of kUnknowable
};

// What is no plain file, or longer than `most` octets, is kUnknowable.
ReadResult read_file(int directory, const char* name, std::size_t most);

// What went wrong, or nothing.  `modified` is the new file's mtime; without
// it, it is now.  The caller keeps others from writing the same name meanwhile
// (FileLock).  A file that cannot be written whole leaves the old one in place.
std::optional<std::string> replace_file(int directory, const std::string& name,
                                        std::string_view text,
                                        std::optional<std::time_t> modified,
                                        mode_t mode = 0600);

// Directories' entries on disk; what went wrong, or nothing.
std::optional<std::string> sync_directory(int directory);

// "WHAT: the reason in errno".
std::string because(std::string_view what);

}  // namespace mailbox
