#include "deploy/machine/ssh_host.h"

#include <string_view>

namespace machine {
namespace {

constexpr int kSshFailed = 255;  // ssh(1): an error of ssh's own
constexpr std::string_view kScheme = "ssh://";

std::string with_user(const std::string& place) {
  if (place.find('@') != std::string::npos) return place;
  if (place.starts_with(kScheme)) {
    return std::string(kScheme) + "root@" + place.substr(kScheme.size());
  }
  return "root@" + place;
}

// Without user and port.
std::string bare_host(const std::string& place) {
  std::string host = place.substr(place.rfind('@') + 1);
  if (place.starts_with(kScheme)) host = host.substr(0, host.rfind(':'));
  return host;
}

// Part of what OpenSSH says, and what that means.
struct Cause {
  std::string_view said;
  std::string_view what;    // behind the host's name
  std::string_view remedy;  // PLACE and HOST stand for it
};
constexpr Cause kCauses[] = {
    {"IDENTIFICATION HAS CHANGED",
     "has another key than the one that this computer knows",
     "Somebody may be between you and it.  If you know why the key is new: "
     "ssh-keygen -R HOST, and then connect once by hand: ssh PLACE"},
    {"Host key verification failed",
     "has a key that this computer does not "
     "know yet",
     "Connect once by hand and compare the fingerprint: ssh PLACE"},
    {"Permission denied", "does not let us in without a password",
     "Have your public key in its authorized_keys: ssh-copy-id PLACE; a key "
     "with a passphrase has to be in ssh-agent (ssh-add)"},
    {"Too many authentication failures", "took none of your keys",
     "Name the right one in ~/.ssh/config (IdentityFile, IdentitiesOnly yes)"},
    {"Could not resolve hostname", "is a name that nobody knows",
     "Is it spelled right, and is there a network here?"},
    {"Connection refused", "does not answer to ssh",
     "Does sshd run there (apt-get install openssh-server)?  Another port is "
     "named so: ssh://root@HOST:PORT"},
    {"Network is unreachable", "cannot be reached: there is no network here",
     "See: ip route"},
    {"No route to host", "cannot be reached",
     "Is it on, and does a firewall let ssh through?"},
    {"timed out", "cannot be reached",
     "Is it on, and does a firewall let ssh through?"},
    {"not responding", "does not answer any more",
     "Look whether it runs, and do it again: what is done is not done twice"},
    {"closed by", "ended the connection",
     "Look whether it runs, and do it again: what is done is not done twice"},
};

void replace(std::string& text, std::string_view word,
             const std::string& value) {
  for (std::size_t at = text.find(word); at != std::string::npos;
       at = text.find(word, at + value.size())) {
    text.replace(at, word.size(), value);
  }
}

}  // namespace

SshHost::SshHost(const std::string& place) : place_(with_user(place)) {}

ProgramResult SshHost::run(const std::vector<std::string>& words,
                           const ProgramOptions& options) const {
  return run_program({"ssh", "-T", "-o", "BatchMode=yes", "-o",
                      "ConnectTimeout=20", "-o", "ServerAliveInterval=15", "-o",
                      "ServerAliveCountMax=4", "--", place_, shell_line(words)},
                     options);
}

ProgramResult SshHost::put(const std::string& from, const std::string& to,
                           std::chrono::seconds patience) const {
  const std::string folder = to.substr(0, to.rfind('/') + 1);
  return run({"sh", "-c",
              "set -e; umask 022; mkdir -p \"$1\"; cat > \"$2.new\"; "
              "mv \"$2.new\" \"$2\"",
              "sh", folder, to},
             {.input_file = from, .patience = patience});
}

bool is_ssh_place(const std::string& text) {
  return !text.empty() && text.front() != '-' &&
         text.find_first_of(" \t\r\n") == std::string::npos;
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    std::string quoted = word;
    replace(quoted, "'", "'\\''");
    line += "'" + quoted + "'";
  }
  return line;
}

std::optional<SshFailure> ssh_failure(const ProgramResult& result,
                                      const SshHost& host) {
  if (!result.error.empty()) {
    return SshFailure{result.error,
                      find_program("ssh").empty()
                          ? "Install it here: apt-get install openssh-client"
                          : "Try by hand: ssh " + host.place()};
  }
  if (result.status != kSshFailed) return std::nullopt;
  for (const Cause& cause : kCauses) {
    if (result.errors.find(cause.said) == std::string::npos) continue;
    std::string remedy(cause.remedy);
    replace(remedy, "PLACE", host.place());
    replace(remedy, "HOST", bare_host(host.place()));
    return SshFailure{bare_host(host.place()) + " " + std::string(cause.what),
                      remedy};
  }
  return SshFailure{result.why(), "Try by hand: ssh " + host.place()};
}

}  // namespace machine
