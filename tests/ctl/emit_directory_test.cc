#include "deploy/ctl/emit_directory.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/daemon/temporary_directory.h"

namespace ctl {
namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::ptrdiff_t count_files(const std::string& directory) {
  return std::distance(std::filesystem::directory_iterator(directory), {});
}

// While it lives, no file can grow beyond `octets`: a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t octets) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
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
  void (*handler_)(int) = SIG_DFL;
};

TEST_CASE("An emitted message is named as its input") {
  const test::TemporaryDirectory directory;
  const std::string queued = directory.path("new/queued");
  EmitDirectory emit(queued);
  CHECK(emit.write("in/note.eml", "one").path == queued + "/note.eml");
  CHECK(emit.write("note.eml", "two").path == queued + "/note.2.eml");
  CHECK(emit.write("/else/note.eml", "three").path == queued + "/note.3.eml");
  CHECK(emit.write("-", "four").path == queued + "/stdin.eml");
  CHECK(emit.write("bare", "five").path == queued + "/bare");
  CHECK(content(queued + "/note.eml") == "one");
  CHECK(content(queued + "/note.2.eml") == "two");
  CHECK(content(queued + "/note.3.eml") == "three");
  CHECK(count_files(queued) == 5);
}

TEST_CASE("A second run replaces what the first one wrote") {
  const test::TemporaryDirectory directory;
  CHECK(EmitDirectory(directory.path()).write("a.eml", "old").error.empty());
  CHECK(EmitDirectory(directory.path()).write("a.eml", "new").error.empty());
  CHECK(content(directory.path("a.eml")) == "new");
  CHECK(count_files(directory.path()) == 1);
}

TEST_CASE("A full disk is told, and leaves what was there") {
  const test::TemporaryDirectory directory;
  const std::string message(100000, 'x');
  REQUIRE(EmitDirectory(directory.path()).write("a.eml", "old").error.empty());
  std::string error;
  {
    const FullDisk full(4096);
    error = EmitDirectory(directory.path()).write("a.eml", message).error;
  }
  CHECK(error.starts_with("cannot write " + directory.path("a.eml")));
  CHECK(content(directory.path("a.eml")) == "old");
  CHECK(count_files(directory.path()) == 1);
}

TEST_CASE("A place that cannot be written to is told") {
  const test::TemporaryDirectory directory;
  std::ofstream(directory.path("file")) << "no directory";
  CHECK_FALSE(
      EmitDirectory(directory.path("file")).write("a.eml", "x").error.empty());
  std::filesystem::create_directory(directory.path("a.eml"));
  CHECK_FALSE(
      EmitDirectory(directory.path()).write("a.eml", "x").error.empty());
  CHECK(count_files(directory.path()) == 2);
}

}  // namespace
}  // namespace ctl
