#pragma once

// A mailboxes_dir of a test's own, and what stands in it.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "mailbox/mailboxes.h"
#include "tests/daemon/temporary_directory.h"

namespace test {

class AccountsDirectory {
 public:
  AccountsDirectory() {
    std::string error;
    mailboxes_ = mailbox::Mailboxes::open(directory_.path(), error);
    REQUIRE(mailboxes_.has_value());
  }

  const mailbox::Mailboxes& mailboxes() const { return *mailboxes_; }
  std::string path(const std::string& name) const {
    return directory_.path(name);
  }
  // An account, as another program may have made it.
  void make(const std::string& address, const std::string& hash) const {
    std::filesystem::create_directory(path(address));
    write(address + "/password", hash);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  bool exists(const std::string& name) const {
    struct stat ignored {};
    return lstat(path(name).c_str(), &ignored) == 0;
  }
  struct stat status(const std::string& name) const {
    struct stat status {};
    REQUIRE(lstat(path(name).c_str(), &status) == 0);
    return status;
  }
  // Names in a directory, sorted.
  std::vector<std::string> names(const std::string& name) const {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(path(name))) {
      all.push_back(entry.path().filename().string());
    }
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  TemporaryDirectory directory_;
  std::optional<mailbox::Mailboxes> mailboxes_;
};

}  // namespace test
