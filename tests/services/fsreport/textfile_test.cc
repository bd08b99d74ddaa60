#include "deploy/services/fsreport/textfile.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/daemon/temporary_directory.h"

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

// Within its life no file of this process grows beyond `octets`, as on a disk
// that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t octets) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{octets, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("a text file is there for everybody, and replaced whole") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("a.prom");
  const mode_t before = umask(0077);
  CHECK_FALSE(fsreport::write_textfile(path, "one\n").has_value());
  umask(before);
  CHECK(read(path) == "one\n");
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0644);
  CHECK_FALSE(fsreport::write_textfile(path, "two\n").has_value());
  CHECK(read(path) == "two\n");
  CHECK(names_in(directory.path()) == std::vector<std::string>{"a.prom"});
}

TEST_CASE("on a full disk the old text stays, and nothing beside it") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("a.prom");
  REQUIRE_FALSE(fsreport::write_textfile(path, "old\n").has_value());
  for (const rlim_t room : {0, 1, 999}) {
    std::optional<std::string> wrong;
    {
      const FullDisk full(room);
      wrong = fsreport::write_textfile(path, std::string(1000, 'x'));
    }
    REQUIRE(wrong.has_value());
    CHECK(wrong->find("a.prom: File too large") != std::string::npos);
    CHECK(read(path) == "old\n");
    CHECK(names_in(directory.path()) == std::vector<std::string>{"a.prom"});
  }
}

TEST_CASE("where it cannot be written is said") {
  const test::TemporaryDirectory directory;
  const auto wrong =
      fsreport::write_textfile(directory.path("none") + "/a.prom", "x");
  REQUIRE(wrong.has_value());
  CHECK(wrong->find("No such file") != std::string::npos);
  std::filesystem::create_directory(directory.path("a.prom"));
  CHECK(fsreport::write_textfile(directory.path("a.prom"), "x").has_value());
}

TEST_CASE("a link is replaced, not followed") {
  const test::TemporaryDirectory directory;
  std::ofstream(directory.path("other")) << "other";
  std::filesystem::create_symlink("other", directory.path("a.prom"));
  CHECK_FALSE(
      fsreport::write_textfile(directory.path("a.prom"), "x").has_value());
  CHECK(read(directory.path("other")) == "other");
  CHECK(read(directory.path("a.prom")) == "x");
}

TEST_CASE("a directory means the usual name in it") {
  const test::TemporaryDirectory directory;
  CHECK(fsreport::file_at(directory.path(), "n.prom") ==
        directory.path("n.prom"));
  CHECK(fsreport::file_at(directory.path() + "/", "n.prom") ==
        directory.path("n.prom"));
  CHECK(fsreport::file_at(directory.path("x"), "n.prom") ==
        directory.path("x"));
}
