#include "deploy/services/fsreport/textfile.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "mailbox/file_descriptor.h"
#include "mailbox/small_file.h"

namespace fsreport {

std::string file_at(const std::string& path, const std::string& name) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    return path;
  }
  return path + (path.ends_with('/') ? "" : "/") + name;
}

std::optional<std::string> write_textfile(const std::string& path,
                                          std::string_view text) {
  const std::size_t slash = path.rfind('/');
  const std::string above =
      slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string name =
      slash == std::string::npos ? path : path.substr(slash + 1);
  const mailbox::FileDescriptor directory(
      open(above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) return mailbox::because(above);
  constexpr mode_t readable = 0644;
  auto wrong = mailbox::replace_file(directory.number(), name, text,
                                     std::nullopt, readable);
  if (wrong) return above + " " + *wrong;
  return std::nullopt;
}

}  // namespace fsreport
