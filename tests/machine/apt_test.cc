#include "deploy/machine/apt.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/daemon/temporary_directory.h"

namespace {

using machine::AptOutput;
using machine::ProgramResult;
using Words = std::vector<std::string>;

// As apt 2.6 writes it, lines of apt-get and dpkg between.
const std::string kOutput =
    "Reading package lists...\n"
    "dlstatus:1:12.5:Retrieving file 1 of 8 (3s remaining)\n"
    "Get:1 http://deb.example bookworm/main amd64 postfix 3.7\n"
    "dlstatus:8:100:Retrieving file 8 of 8\n"
    "pmstatus:dpkg-exec:0.0000:Running dpkg\n"
    "Selecting previously unselected package postfix.\n"
    "pmstatus:postfix:45.4545:Unpacking postfix (amd64)\n"
    "pmconffile:/etc/a:50:'a' 'b' 1 0\n"
    "pmstatus:postfix:x:no number\n"
    "pmstatus:postfix:90.9091:Installed postfix (amd64)\n";

Words states_in(const std::string& text, std::size_t chunk) {
  AptOutput output;
  Words found;
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    if (auto state = output.take(std::string_view(text).substr(at, chunk))) {
      found.push_back(*state);
    }
  }
  return found;
}

}  // namespace

TEST_CASE("apt's states are told, at every split of its output") {
  const Words all = {"downloading, 12 %: Retrieving file 1 of 8 (3s remaining)",
                     "downloading, 100 %: Retrieving file 8 of 8",
                     "installing, 0 %: Running dpkg",
                     "installing, 45 %: Unpacking postfix (amd64)",
                     "installing, 90 %: Installed postfix (amd64)"};
  CHECK(states_in(kOutput, 1) == all);
  for (std::size_t chunk = 2; chunk < kOutput.size(); ++chunk) {
    const Words found = states_in(kOutput, chunk);
    CAPTURE(chunk);
    REQUIRE_FALSE(found.empty());
    CHECK(found.back() == all.back());
  }
  CHECK(states_in(kOutput, kOutput.size()) == Words{all.back()});
}

TEST_CASE("a line without an end is bounded") {
  AptOutput output;
  for (int i = 0; i < 100; ++i) {
    CHECK_FALSE(output.take(std::string(100'000, 'x')));
  }
  CHECK_FALSE(output.take("\n"));
  CHECK(output.take("pmstatus:a:1:b\n") == "installing, 1 %: b");
}

TEST_CASE("apt-get has its words, and a descriptor for its states") {
  const test::TemporaryDirectory folder;
  // Its own program of that name, before the host's.
  const ProgramResult made = machine::run_program(
      {"sh", "-c",
       "printf '%s\\n' '#!/bin/sh' 'printf \"%s|\" \"$@\"' 'echo "
       "\"$DEBIAN_FRONTEND\"' 'echo state >&3' > \"$1/apt-get\" && chmod 755 "
       "\"$1/apt-get\"",
       "sh", folder.path()});
  REQUIRE(made.good());
  const ProgramResult result = machine::run_program(
      machine::apt_get({"install", "a b"}),
      {.environment = {"PATH=" + folder.path() + ":/usr/bin:/bin"}});
  CHECK(result.output ==
        "-q|-y|--no-install-recommends|-o|Dpkg::Options::=--force-confold|-o|"
        "APT::Status-Fd=3|install|a b|noninteractive\nstate\n");
}

TEST_CASE("lists of packages are brought up to date once, when need be") {
  std::vector<std::string> ran;
  const auto answering = [&](std::vector<int> statuses) {
    ran.clear();
    return [&ran, statuses](const Words& words) {
      ran.push_back(words[words.size() - (words.back() == "update" ? 1 : 2)]);
      ProgramResult result;
      result.status = statuses.at(ran.size() - 1);
      return result;
    };
  };
  CHECK(machine::apt_install({"a"}, answering({0})).good());
  CHECK(ran == Words{"install"});
  CHECK(machine::apt_install({"a"}, answering({100, 0, 0})).good());
  CHECK(ran == Words{"install", "update", "install"});
  CHECK(machine::apt_install({"a"}, answering({100, 0, 7})).status == 7);
}
