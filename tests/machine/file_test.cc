#include "deploy/machine/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "tests/daemon/temporary_directory.h"

using machine::read_text;
using machine::replace_file;

TEST_CASE("a file is replaced whole, in folders that are made for it") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("a/b/file");
  std::string error;
  CHECK_FALSE(read_text(path, error).has_value());
  CHECK(error.empty());
  CHECK(replace_file(path, "one", {.mode = 0640}).empty());
  CHECK(read_text(path, error) == "one");
  CHECK(machine::has_access(path, {.mode = 0640}));
  CHECK_FALSE(machine::has_access(path, {.mode = 0644}));
  CHECK(replace_file(path, "two", {.mode = 0644}).empty());
  CHECK(read_text(path, error) == "two");
  CHECK(std::distance(
            std::filesystem::directory_iterator(directory.path("a/b")), {}) ==
        1);
}

TEST_CASE("a user that is not there leaves the file as it was") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("file");
  CHECK(replace_file(path, "one", {}).empty());
  CHECK(replace_file(path, "two", {.owner = "no-such-user-here"})
            .find("there is no user no-such-user-here") != std::string::npos);
  std::string error;
  CHECK(read_text(path, error) == "one");
}

TEST_CASE("the first backup stays") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("file");
  std::string error;
  CHECK(machine::keep_backup(path).empty());
  CHECK(replace_file(path, "theirs", {}).empty());
  CHECK(machine::keep_backup(path).empty());
  CHECK(replace_file(path, "ours", {}).empty());
  CHECK(machine::keep_backup(path).empty());
  CHECK(read_text(path + ".before-chatmilter", error) == "theirs");
}

TEST_CASE("a backup belongs to whom the file belongs") {
  // Nobody but root gives files away.
  const gid_t group = geteuid() == 0 ? 7 : getegid();
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("file");
  REQUIRE(machine::replace_file(path, "x", {.mode = 0640}).empty());
  REQUIRE(chown(path.c_str(), geteuid(), group) == 0);
  REQUIRE(machine::keep_backup(path).empty());
  struct stat status {};
  REQUIRE(stat((path + ".before-chatmilter").c_str(), &status) == 0);
  CHECK(status.st_gid == group);
  CHECK((status.st_mode & 07777) == 0640);
}
