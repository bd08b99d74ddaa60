#pragma once

// A directory of a test's own, gone with its contents when the test ends.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "chatmilter.XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  // Of the directory, or of `name` in it.
  std::string path() const { return path_.string(); }
  std::string path(const std::string& name) const {
    return (path_ / name).string();
  }

  // An empty file.
  void make_file(const std::string& name) const {
    const std::ofstream file(path_ / name);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace test
