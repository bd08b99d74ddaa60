#include "deploy/machine/ssh_host.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using machine::ProgramResult;
using machine::shell_line;
using machine::SshHost;

ProgramResult of_ssh(const std::string& errors, int status = 255) {
  ProgramResult result;
  result.status = status;
  result.errors = errors;
  return result;
}

TEST_CASE("a shell finds each word as it was") {
  const std::vector<std::string> words = {
      "printf", "%s|", "a b", "", "it's", "$HOME", "`id`", "a\nb", "-x", "''"};
  const auto result = machine::run_program({"sh", "-c", shell_line(words)});
  CHECK(result.output == "a b||it's|$HOME|`id`|a\nb|-x|''|");
}

TEST_CASE("root is who is meant where no user is named") {
  CHECK(SshHost("a.example").place() == "root@a.example");
  CHECK(SshHost("me@a.example").place() == "me@a.example");
  CHECK(SshHost("ssh://a.example:2222").place() == "ssh://root@a.example:2222");
  CHECK(SshHost("ssh://me@[::1]:22").place() == "ssh://me@[::1]:22");
}

TEST_CASE("an option of ssh is no host") {
  CHECK(machine::is_ssh_place("a.example"));
  for (const char* const text : {"", "-oProxyCommand=id", "a b", "a\nb"}) {
    CAPTURE(text);
    CHECK_FALSE(machine::is_ssh_place(text));
  }
}

TEST_CASE("what ssh says has a cause and a remedy") {
  struct Row {
    const char* said;
    const char* what;
    const char* remedy;  // a part of it
  };
  const Row rows[] = {
      {"@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n"
       "Host key verification failed.\n",
       "a.example has another key than the one that this computer knows",
       "ssh-keygen -R a.example,"},
      {"Host key verification failed.\r\n",
       "a.example has a key that this computer does not know yet",
       "fingerprint: ssh ssh://root@a.example:2222"},
      {"root@a.example: Permission denied (publickey,password).\r\n",
       "a.example does not let us in without a password", "ssh-copy-id"},
      {"ssh: Could not resolve hostname a.example: Name or service not known\n",
       "a.example is a name that nobody knows", "spelled"},
      {"ssh: connect to host a.example port 22: Connection refused\r\n",
       "a.example does not answer to ssh", "ssh://root@a.example:PORT"},
      {"ssh: connect to host a.example port 22: Connection timed out\r\n",
       "a.example cannot be reached", "firewall"},
      {"ssh: connect to host a.example port 22: No route to host\r\n",
       "a.example cannot be reached", "firewall"},
      {"ssh: connect to host 192.0.2.1 port 22: Network is unreachable\r\n",
       "a.example cannot be reached: there is no network here", "ip route"},
      {"Timeout, server a.example not responding.\r\n",
       "a.example does not answer any more", "again"},
      {"something new\n", "something new", "Try by hand: ssh"},
  };
  const SshHost named("a.example");
  const SshHost with_port("ssh://root@a.example:2222");
  for (const Row& row : rows) {
    CAPTURE(row.said);
    const bool has_port =
        std::string(row.remedy).find("2222") != std::string::npos;
    const auto failure =
        machine::ssh_failure(of_ssh(row.said), has_port ? with_port : named);
    REQUIRE(failure);
    CHECK(failure->remedy.find(row.remedy) != std::string::npos);
    if (!has_port) CHECK(failure->what == row.what);
  }
}

TEST_CASE("a command that ran there and failed is no failure of ssh") {
  const SshHost host("a.example");
  CHECK_FALSE(machine::ssh_failure(of_ssh("", 0), host));
  CHECK_FALSE(machine::ssh_failure(of_ssh("Permission denied", 1), host));
  CHECK_FALSE(machine::ssh_failure(of_ssh("", 127), host));
}

TEST_CASE("ssh that is not installed is told") {
  ProgramResult result;
  result.error = "ssh: No such file or directory";
  const auto failure = machine::ssh_failure(result, SshHost("a.example"));
  REQUIRE(failure);
  CHECK(failure->what == "ssh: No such file or directory");
}

}  // namespace
