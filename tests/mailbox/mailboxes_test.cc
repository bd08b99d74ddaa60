#include "mailbox/mailboxes.h"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/mailbox/accounts_directory.h"

using mailbox::Presence;

TEST_CASE("a missing mailboxes_dir is told, not taken for no accounts") {
  std::string error;
  CHECK_FALSE(mailbox::Mailboxes::open("/nonexistent/mail", error));
  CHECK(error == "/nonexistent/mail: No such file or directory");
}

TEST_CASE("an account is found by its name, and nothing else is one") {
  const test::AccountsDirectory accounts;
  accounts.make("ann@a.example", "{PLAIN}x");
  accounts.write("file@a.example", "no directory");
  REQUIRE(symlink("ann@a.example", accounts.path("link@a.example").c_str()) ==
          0);
  struct Row {
    std::string name;
    Presence presence;
  };
  const std::vector<Row> rows = {
      {"ann@a.example", Presence::kThere},
      {"bob@a.example", Presence::kAbsent},
      {"", Presence::kAbsent},
      {"..", Presence::kAbsent},
      {"../ann@a.example", Presence::kAbsent},
      {"ann@a.example/.", Presence::kAbsent},
      {std::string("ann@a.example\0x", 15), Presence::kAbsent},
      {std::string(300, 'x') + "@a.example", Presence::kAbsent},
      {"file@a.example", Presence::kUnknowable},
      {"link@a.example", Presence::kUnknowable},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(accounts.mailboxes().find(row.name).presence == row.presence);
  }
}

namespace {

std::vector<std::string> walk(const test::AccountsDirectory& accounts) {
  std::vector<std::string> found;
  std::string error;
  CHECK(accounts.mailboxes().for_each_address(
      [&](const std::string& address) { found.push_back(address); }, error));
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST_CASE("all accounts are walked, and what is none is not") {
  const test::AccountsDirectory accounts;
  accounts.make("ann@a.example", "{PLAIN}x");
  accounts.make("bob@a.example", "{PLAIN}x");
  accounts.make("lost+found", "no address");
  std::filesystem::create_directory(accounts.path("empty@a.example"));
  accounts.write("file@a.example", "");
  for (int twice = 0; twice < 2; ++twice) {
    CHECK(walk(accounts) ==
          std::vector<std::string>{"ann@a.example", "bob@a.example"});
  }
}

TEST_CASE("an account stays the one that was opened") {
  const test::AccountsDirectory accounts;
  accounts.make("ann@a.example", "{PLAIN}old");
  const auto opened = accounts.mailboxes().find("ann@a.example");
  std::filesystem::rename(accounts.path("ann@a.example"),
                          accounts.path("gone"));
  accounts.make("ann@a.example", "{PLAIN}another");
  CHECK(opened.mailbox.password().hash == "{PLAIN}old");
}
