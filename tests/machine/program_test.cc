#include "deploy/machine/program.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/daemon/temporary_directory.h"

using machine::run_program;

TEST_CASE("words reach a program as they are") {
  const auto result =
      run_program({"printf", "%s|", "a b", "$HOME", "`id`", "'\"\n"});
  CHECK(result.good());
  CHECK(result.output == "a b|$HOME|`id`|'\"\n|");
}

TEST_CASE("a program reads, writes both ways, and ends with a status") {
  const auto result =
      run_program({"sh", "-c", "cat; echo first >&2; echo last >&2; exit 3"},
                  {.input = std::string(300'000, 'x')});
  CHECK(result.status == 3);
  CHECK_FALSE(result.good());
  CHECK(result.output == std::string(300'000, 'x'));
  CHECK(result.errors == "first\nlast\n");
  CHECK(result.why() == "last");
}

TEST_CASE("input that a program does not read is no harm") {
  const auto result =
      run_program({"true"}, {.input = std::string(1'000'000, 'x')});
  CHECK(result.good());
}

TEST_CASE("why a program failed, when it says nothing") {
  CHECK(run_program({"false"}).why() == "exit status 1");
  const auto absent = run_program({"no-such-program-here"});
  CHECK(absent.why() == "no-such-program-here: No such file or directory");
  CHECK(run_program({"sh", "-c", "kill -TERM $$"}).status == 128 + 15);
}

TEST_CASE("a program that takes too long is ended with its children") {
  const auto result = run_program({"sh", "-c", "sleep 100 & sleep 100"},
                                  {.patience = std::chrono::seconds(1)});
  CHECK(result.error == "sh: not done after 1 s");
  CHECK_FALSE(result.good());
}

TEST_CASE("files instead of pipes, and a variable of its own") {
  const test::TemporaryDirectory directory;
  std::ofstream(directory.path("in")) << "text";
  const auto result = run_program({"sh", "-c", "cat; printf %s \"$WORD\""},
                                  {.input_file = directory.path("in"),
                                   .output_file = directory.path("out"),
                                   .environment = {"WORD=word"}});
  CHECK(result.good());
  CHECK(result.output.empty());
  std::ifstream out(directory.path("out"));
  CHECK(std::string{std::istreambuf_iterator<char>(out), {}} == "textword");
}

TEST_CASE("programs are found in PATH") {
  CHECK(machine::find_program("sh").ends_with("/sh"));
  CHECK(machine::find_program("no-such-program-here").empty());
}

TEST_CASE("whoever waits for a program is told each second") {
  std::vector<long> seconds;
  const auto result = run_program(
      {"sleep", "2.5"}, {.on_second = [&](std::chrono::seconds passed) {
        seconds.push_back(passed.count());
      }});
  CHECK(result.good());
  REQUIRE(seconds.size() >= 2);
  CHECK(seconds.front() >= 1);
  CHECK(std::is_sorted(seconds.begin(), seconds.end()));
}
