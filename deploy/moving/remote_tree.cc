#include "deploy/moving/remote_tree.h"

#include "deploy/machine/program.h"

namespace moving {
namespace {

constexpr std::chrono::seconds kPatience{24 * 3600};

// One word of a shell's command line.
std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + "'";
}

machine::ProgramResult run_there(const std::string& host,
                                 const std::string& command,
                                 const std::string& output_file = "") {
  machine::ProgramResult none;
  none.error = host + " is no host";
  if (host.starts_with('-')) return none;
  const std::string login =
      host.find('@') == std::string::npos ? "root@" + host : host;
  return machine::run_program(
      {"ssh", "-C", "--", login, command},
      {.output_file = output_file, .patience = kPatience});
}

}  // namespace

std::string fetch_text(const std::string& host, const std::string& path,
                       std::string& text) {
  const auto done = run_there(host, "cat " + quoted(path));
  if (!done.good()) return host + ": " + done.why();
  text = done.output;
  return {};
}

std::string fetch_tree(const std::string& host,
                       const std::vector<std::string>& paths,
                       const std::string& file) {
  std::string command = "cd / && for path in";
  for (const std::string& path : paths) command += " " + quoted(path.substr(1));
  // What is not there is no error; what changes while it is read is status 1.
  command +=
      "; do [ -e \"$path\" ] && printf '%s\\0' \"$path\"; done | tar --create "
      "--format=posix --xattrs --warning=no-file-changed "
      "--warning=no-file-removed --null --files-from=-; status=$?; "
      "[ $status -le 1 ]";
  const auto done = run_there(host, command, file);
  return done.good() ? "" : host + ": " + done.why();
}

bool serves_mail_there(const std::string& host) {
  const auto done = run_there(
      host,
      "systemctl is-active --quiet postfix@-.service || systemctl is-active "
      "--quiet dovecot.service");
  return done.good();
}

}  // namespace moving
