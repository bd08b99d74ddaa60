#include "accounts/file_accounts.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/daemon/temporary_directory.h"

using policy::AccountState;

namespace {

void make_account(const test::TemporaryDirectory& directory,
                  const std::string& address,
                  const std::vector<std::string>& files) {
  std::filesystem::create_directory(directory.path(address));
  for (const std::string& file : files) {
    directory.make_file(std::string(address).append("/").append(file));
  }
}

}  // namespace

TEST_CASE("an account is what its directory says") {
  const test::TemporaryDirectory directory;
  make_account(directory, "old@a.example", {"password"});
  make_account(directory, "new@a.example", {"password", "enforceE2EEincoming"});
  make_account(directory, "off@a.example", {"password", "DISABLED"});
  make_account(directory, "out@a.example",
               {"password", "DISABLED", "enforceE2EEincoming"});
  make_account(directory, "Case@a.example", {"password"});
  // What expiry leaves, or an operator made: nobody can log in to it.
  make_account(directory, "bare@a.example", {"enforceE2EEincoming"});
  make_account(directory, "gone@a.example", {"DISABLED"});
  make_account(directory, "odd@a.example", {"enforceE2EEincoming"});
  std::filesystem::create_directory(directory.path("odd@a.example/password"));
  make_account(directory, ".dot@a.example", {"password"});
  make_account(directory, "without-at", {"password"});
  directory.make_file("file@a.example");
  std::filesystem::create_directory_symlink(directory.path("old@a.example"),
                                            directory.path("link@a.example"));
  accounts::FileAccounts found(directory.path());

  struct Row {
    std::string address;
    AccountState state;
  };
  const std::vector<Row> rows = {
      {"old@a.example", AccountState::kTakesCleartext},
      {"new@a.example", AccountState::kEnforcing},
      {"off@a.example", AccountState::kDisabled},
      {"out@a.example", AccountState::kDisabled},
      {".dot@a.example", AccountState::kTakesCleartext},
      {"none@a.example", AccountState::kUnknown},
      {"bare@a.example", AccountState::kUnknown},
      {"gone@a.example", AccountState::kUnknown},
      {"case@a.example", AccountState::kUnknown},
      // Nobody knows what a file or a link in the place of a mailbox means.
      {"file@a.example", AccountState::kTemporaryError},
      {"link@a.example", AccountState::kTemporaryError},
      {"odd@a.example", AccountState::kTemporaryError},
      // What no account is called, though a path of that name may exist.
      {"", AccountState::kUnknown},
      {".", AccountState::kUnknown},
      {"..", AccountState::kUnknown},
      {"without-at", AccountState::kUnknown},
      {"../" + directory.path() + "/old@a.example", AccountState::kUnknown},
      {"x/../old@a.example", AccountState::kUnknown},
      {"/old@a.example", AccountState::kUnknown},
      {std::string("old@a.example\0x", 15), AccountState::kUnknown},
      {std::string(300, 'x') + "@a.example", AccountState::kUnknown},
  };
  for (const Row& row : rows) {
    INFO(row.address);
    CHECK(found.look_up(row.address).state == row.state);
  }
}

TEST_CASE("without the directory of mailboxes nobody knows") {
  const test::TemporaryDirectory directory;
  directory.make_file("file");
  for (const char* name : {"none", "file"}) {
    accounts::FileAccounts found(directory.path(name));
    CHECK(found.look_up("a@a.example").state == AccountState::kTemporaryError);
  }
}
