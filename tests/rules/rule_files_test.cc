#include "rules/rule_files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/daemon/temporary_directory.h"

namespace {

namespace fs = std::filesystem;

void write(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << text;
}

std::string names_of(const rules::RuleFiles& files) {
  std::string names;
  for (const rules::SourceFile& file : files.files) {
    names += fs::path(file.name).filename().string() + ' ';
  }
  return names;
}

TEST_CASE("own files come first, each folder by name") {
  const test::TemporaryDirectory directory;
  write(directory.path("rules/20.conf"), "20");
  write(directory.path("rules/10.conf"), "10");
  write(directory.path("rules/README.md"), "");
  write(directory.path("rules/.hidden.conf"), "");
  write(directory.path("rules/rules.d/50.conf"), "50");
  write(directory.path("own/99.conf"), "\xEF\xBB\xBFon");
  const auto all =
      rules::read_rule_files(directory.path("own"), directory.path("rules"));
  CHECK(all.error.empty());
  CHECK(names_of(all) == "99.conf 50.conf 10.conf 20.conf ");
  CHECK(all.files[0].text == "on");
  // Named twice, read once.
  CHECK(names_of(rules::read_rule_files(directory.path("rules/rules.d"),
                                        directory.path("rules"))) ==
        "50.conf 10.conf 20.conf ");
  CHECK(names_of(rules::read_rule_files(directory.path("none"),
                                        directory.path("rules"))) ==
        "50.conf 10.conf 20.conf ");
}

TEST_CASE("what is no regular file is told, and nobody waits at it") {
  struct Row {
    const char* what;
    void (*make)(const std::string& path);
    const char* told;
  };
  const Row rows[] = {
      {"a directory",
       [](const std::string& path) { fs::create_directory(path); },
       "it is no regular file"},
      {"a fifo",
       [](const std::string& path) {
         REQUIRE(mkfifo(path.c_str(), 0600) == 0);
       },
       "it is no regular file"},
      {"a device without an end",
       [](const std::string& path) { fs::create_symlink("/dev/zero", path); },
       "it is no regular file"},
      {"a link to nothing",
       [](const std::string& path) { fs::create_symlink("none", path); },
       "No such file or directory"},
      {"a large file",
       [](const std::string& path) {
         write(path, std::string(rules::kMaxFileOctets + 1, '#'));
       },
       "it is too large"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const test::TemporaryDirectory directory;
    write(directory.path("rules/10.conf"), "");
    row.make(directory.path("rules/20.conf"));
    const auto files = rules::read_rule_files("", directory.path("rules"));
    CHECK(files.error == directory.path("rules/20.conf") + ": " + row.told);
    std::string error;
    const auto list = rules::read_list_file(directory.path("rules/10.conf"),
                                            "20.conf", error);
    if (std::string(row.what) == "a large file") continue;  // lists are larger
    CHECK_FALSE(list);
    CHECK(error == row.told);
  }
}

}  // namespace
