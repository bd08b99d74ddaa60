#include "deploy/moving/remote_tree.h"

#include "deploy/machine/program.h"
#include "deploy/machine/ssh_host.h"

namespace moving {
namespace {

constexpr std::chrono::seconds kPatience{24 * 3600};

machine::ProgramResult run_there(const std::string& host,
                                 const std::string& command,
                                 const std::string& output_file = "") {
  machine::ProgramResult none;
  none.error = host + " is no host";
  if (!machine::is_ssh_place(host)) return none;
  return machine::run_program(
      {"ssh", "-C", "--", machine::SshHost(host).place(), command},
      {.output_file = output_file, .patience = kPatience});
}

// What ssh says is explained, all else is as the programs there put it.
RemoteFailure failure_of(const machine::ProgramResult& done,
                         const std::string& host, const std::string& remedy) {
  if (done.good()) return std::nullopt;
  if (!machine::is_ssh_place(host)) return machine::SshFailure{done.error, ""};
  if (auto failure = machine::ssh_failure(done, machine::SshHost(host))) {
    return failure;
  }
  return machine::SshFailure{host + ": " + done.why(), remedy};
}

}  // namespace

RemoteFailure fetch_text(const std::string& host, const std::string& path,
                         std::string& text) {
  const auto done = run_there(host, "cat " + machine::shell_line({path}));
  text = done.output;
  return failure_of(done, host, "Is it a relay of theirs, with that file?");
}

RemoteFailure fetch_tree(const std::string& host,
                         const std::vector<std::string>& paths,
                         const std::string& file) {
  std::string command = "cd / && for path in";
  for (const std::string& path : paths)
    command += " " + machine::shell_line({path.substr(1)});
  // What is not there is no error; what changes while it is read is status 1.
  command +=
      "; do [ -e \"$path\" ] && printf '%s\\0' \"$path\"; done | tar --create "
      "--format=posix --xattrs --warning=no-file-changed "
      "--warning=no-file-removed --null --files-from=-; status=$?; "
      "[ $status -le 1 ]";
  return failure_of(run_there(host, command, file), host,
                    "Nothing was changed");
}

bool serves_mail_there(const std::string& host) {
  const auto done = run_there(
      host,
      "systemctl is-active --quiet postfix@-.service || systemctl is-active "
      "--quiet dovecot.service");
  return done.good();
}

}  // namespace moving
