#include "deploy/machine/unified_diff.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <random>
#include <string>

#include "deploy/machine/program.h"
#include "tests/daemon/temporary_directory.h"

using machine::unified_diff;

TEST_CASE("a difference is shown as diff -u does") {
  CHECK(unified_diff("a\n", "a\n", "f").empty());
  CHECK(unified_diff("a\nb\nc\n", "a\nx\nc\n", "f") ==
        "--- f\n+++ f\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
  CHECK(unified_diff("", "a\n", "f") == "--- f\n+++ f\n@@ -0,0 +1 @@\n+a\n");
  CHECK(unified_diff("a", "a\n", "f") ==
        "--- f\n+++ f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
  CHECK(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n",
                     "1\n2\nx\n4\n5\n6\n7\n8\n9\n10\n11\ny\n", "f") ==
        "--- f\n+++ f\n@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+x\n 4\n 5\n 6\n"
        "@@ -9,4 +9,4 @@\n 9\n 10\n 11\n-12\n+y\n");
}

TEST_CASE("patch(1) makes the new text of the old one, and nothing else") {
  if (machine::find_program("patch").empty()) {
    FAIL("patch is not installed");
  }
  const test::TemporaryDirectory directory;
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    std::string before;
    std::string after;
    for (int i = 0; i < 60; ++i) {
      const std::string line = std::to_string(random() % 9) + "\n";
      const auto what = random() % 12;
      if (what != 0) before += line;
      if (what != 1) after += what == 2 ? "new\n" : line;
    }
    std::ofstream(directory.path("f")) << before;
    const auto patched =
        machine::run_program({"patch", "-s", "-o", "-", directory.path("f")},
                             {.input = unified_diff(before, after, "f")});
    if (before == after) continue;
    CHECK(patched.output == after);
  }
}
