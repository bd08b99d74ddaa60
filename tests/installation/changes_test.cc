#include "deploy/installation/changes.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/daemon/temporary_directory.h"

namespace {

using installation::Change;
namespace fs = std::filesystem;

constexpr const char* kOff = "# Written by chatmail: an option that is off\n";

void write(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

relay::ConfigFile file_of(const std::string& path, const std::string& text) {
  relay::ConfigFile file;
  file.path = path;
  file.text = text;
  return file;
}

}  // namespace

TEST_CASE("What changes is found, made, and taken back") {
  const test::TemporaryDirectory folder;
  const std::string root = folder.path();
  write(root + "/etc/old", "the distribution's\n");
  write(root + "/etc/theirs", "of somebody else\n");
  write(root + "/etc/same", "same\n");
  write(root + "/etc/off", kOff);
  fs::permissions(root + "/etc/same", fs::perms{0644});
  fs::permissions(root + "/etc/old", fs::perms{0604});
  relay::Rendering rendering;
  rendering.files = {file_of("/etc/old", "ours\n"),
                     file_of("/etc/same", "same\n"),
                     file_of("/etc/d/new", "new\n")};
  rendering.absent = {"/etc/off", "/etc/never", "/etc/theirs"};

  const auto changes = installation::changes_of(rendering, root);
  REQUIRE(changes.errors.empty());
  REQUIRE(changes.all.size() == 3);
  CHECK(changes.all[0].kind == Change::Kind::kText);
  CHECK(changes.all[0].diff.find("-the distribution's") != std::string::npos);
  CHECK(changes.all[0].diff.find("+ours") != std::string::npos);
  CHECK(changes.all[1].kind == Change::Kind::kNew);
  CHECK(changes.all[2].kind == Change::Kind::kGone);
  CHECK(text_of(root + "/etc/old") == "the distribution's\n");

  for (const Change& change : changes.all) {
    REQUIRE(installation::carry_out(change, root).empty());
  }
  CHECK(text_of(root + "/etc/old") == "ours\n");
  CHECK(text_of(root + "/etc/old.before-chatmilter") == "the distribution's\n");
  CHECK(text_of(root + "/etc/d/new") == "new\n");
  CHECK_FALSE(fs::exists(root + "/etc/off"));
  CHECK(text_of(root + "/etc/theirs") == "of somebody else\n");
  CHECK(installation::changes_of(rendering, root).all.empty());

  for (const Change& change : changes.all) {
    REQUIRE(installation::take_back(change).empty());
  }
  CHECK(text_of(root + "/etc/old") == "the distribution's\n");
  CHECK(fs::status(root + "/etc/old").permissions() == fs::perms{0604});
  CHECK_FALSE(fs::exists(root + "/etc/d/new"));
  CHECK(text_of(root + "/etc/off") == kOff);
}

TEST_CASE("A mode that is another is a change of its own") {
  const test::TemporaryDirectory folder;
  const std::string root = folder.path();
  write(root + "/etc/key", "x\n");
  fs::permissions(root + "/etc/key", fs::perms{0644});
  relay::Rendering rendering;
  rendering.files = {file_of("/etc/key", "x\n")};
  rendering.files[0].mode = 0640;
  const auto changes = installation::changes_of(rendering, root);
  REQUIRE(changes.all.size() == 1);
  CHECK(changes.all[0].kind == Change::Kind::kAccess);
  REQUIRE(installation::carry_out(changes.all[0], root).empty());
  struct stat status {};
  REQUIRE(stat((root + "/etc/key").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE("A link to another program's file becomes a file") {
  const test::TemporaryDirectory folder;
  const std::string root = folder.path();
  write(root + "/run/theirs", "nameserver 192.0.2.1\n");
  fs::create_directories(root + "/etc");
  fs::create_symlink(root + "/run/theirs", root + "/etc/resolv.conf");
  relay::Rendering rendering;
  rendering.files = {file_of("/etc/resolv.conf", "nameserver 127.0.0.1\n")};
  rendering.files[0].replaces_link = true;
  const auto changes = installation::changes_of(rendering, root);
  REQUIRE(changes.all.size() == 1);
  REQUIRE(installation::carry_out(changes.all[0], root).empty());
  CHECK_FALSE(fs::is_symlink(root + "/etc/resolv.conf"));
  CHECK(text_of(root + "/run/theirs") == "nameserver 192.0.2.1\n");
}
