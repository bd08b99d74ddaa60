#pragma once

// The versions of clients that the operator's file tells of, as one line of
// JSON.
//
// The file is read at each lookup, for whoever fetches it anew does not tell
// us; it is parsed only when it has changed.

#include <cstddef>
#include <optional>
#include <string>

namespace metadata {

// IMAP clients take a value in one piece, and Dovecot's dict no longer line.
inline constexpr std::size_t kMaxAppVersions = std::size_t{32} * 1024;

class AppVersions {
 public:
  explicit AppVersions(std::string path) : path_(std::move(path)) {}

  // nullopt when there is no file, or what is in it is no JSON object.
  std::optional<std::string> line();

 private:
  std::string path_;  // "" is no file
  std::string text_;  // as it was read last
  std::optional<std::string> line_;
};

}  // namespace metadata
