#include "mailbox/folders.h"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/mailbox/accounts_directory.h"

namespace {

constexpr char kAnn[] = "ann@a.example";

std::vector<std::string> walk(const test::AccountsDirectory& accounts) {
  const auto opened = accounts.mailboxes().find(kAnn);
  std::vector<std::string> found;
  std::string error;
  CHECK(mailbox::for_each_message(
      opened.mailbox,
      [&](const mailbox::Message& message) {
        found.push_back(std::string(message.folder) + "/" +
                        std::string(message.directory) + "/" + message.name +
                        " " + std::to_string(message.size));
      },
      error));
  CHECK(error.empty());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST_CASE("messages of all folders are walked, and nothing else") {
  const test::AccountsDirectory accounts;
  accounts.make(kAnn, "{PLAIN}x");
  const std::string root = std::string(kAnn) + "/";
  CHECK(walk(accounts).empty());
  for (const char* folder : {"", ".Sent/", ".Deep.Down/"}) {
    for (const char* part : {"cur", "new", "tmp"}) {
      std::filesystem::create_directories(accounts.path(root + folder + part));
    }
  }
  accounts.write(root + "cur/1:2,S", "abc");
  accounts.write(root + "new/2", "");
  accounts.write(root + "tmp/3", "a");
  accounts.write(root + ".Sent/cur/4:2,", "ab");
  accounts.write(root + ".Deep.Down/new/5", "a");
  accounts.write(root + ".hidden-file", "not a folder");
  accounts.write(root + "dovecot.index.log", "not a message");
  std::filesystem::create_directories(accounts.path(root + "cur/directory"));
  accounts.write("elsewhere", "of somebody else");
  REQUIRE(symlink("../../elsewhere",
                  accounts.path(root + "cur/link").c_str()) == 0);
  REQUIRE(symlink("..", accounts.path(root + ".Link").c_str()) == 0);
  CHECK(walk(accounts) ==
        std::vector<std::string>{".Deep.Down/new/5 1", ".Sent/cur/4:2, 2",
                                 "/cur/1:2,S 3", "/new/2 0", "/tmp/3 1"});
}

TEST_CASE("messages may vanish while they are walked") {
  const test::AccountsDirectory accounts;
  accounts.make(kAnn, "{PLAIN}x");
  const std::string cur = std::string(kAnn) + "/cur";
  std::filesystem::create_directory(accounts.path(cur));
  for (int i = 0; i < 100; ++i) {
    accounts.write(cur + "/" + std::to_string(i), "x");
  }
  const auto opened = accounts.mailboxes().find(kAnn);
  std::string error;
  int seen = 0;
  CHECK(mailbox::for_each_message(
      opened.mailbox,
      [&](const mailbox::Message&) {
        if (seen++ == 0) std::filesystem::remove_all(accounts.path(cur));
      },
      error));
  CHECK(error.empty());
  CHECK(seen == 1);
}

TEST_CASE("all files are walked: messages, and the sizes of the others") {
  const test::AccountsDirectory accounts;
  accounts.make(kAnn, "{PLAIN}x");  // 8 octets
  const std::string root = std::string(kAnn) + "/";
  for (const char* directory :
       {"cur", "new", "tmp", ".Sent/cur", "other/cur/deep", ".Sent/other"}) {
    std::filesystem::create_directories(accounts.path(root + directory));
  }
  const struct {
    const char* name;
    std::size_t size;
  } messages[] = {{"cur/1", 1}, {".Sent/cur/2", 2}};
  const struct {
    const char* name;
    std::size_t size;
  } others[] = {{".hidden", 10},
                {"dovecot.index", 100},
                {".Sent/dovecot-uidlist", 1000},
                {".Sent/other/x", 2000},
                {"other/cur/deep/y", 4000}};
  for (const auto& file : messages) {
    accounts.write(root + file.name, std::string(file.size, 'm'));
  }
  for (const auto& file : others) {
    accounts.write(root + file.name, std::string(file.size, 'o'));
  }
  accounts.write("elsewhere", "of somebody else");
  REQUIRE(symlink("../elsewhere", accounts.path(root + "link").c_str()) == 0);
  REQUIRE(symlink("..", accounts.path(root + "up").c_str()) == 0);
  const auto opened = accounts.mailboxes().find(kAnn);
  std::string error;
  off_t of_messages = 0;
  off_t of_others = 0;
  CHECK(mailbox::for_each_file(
      opened.mailbox,
      [&](const mailbox::Message& message) { of_messages += message.size; },
      [&](off_t size) { of_others += size; }, error));
  CHECK(error.empty());
  CHECK(of_messages == 3);
  CHECK(of_others == 7118);
}
