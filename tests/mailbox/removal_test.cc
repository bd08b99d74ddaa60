#include "mailbox/removal.h"

#include <filesystem>
#include <string>

#include "tests/mailbox/accounts_directory.h"

namespace {

constexpr char kAnn[] = "ann@a.example";
using mailbox::Removed;

// An account with all that Dovecot makes.
struct World {
  World() {
    accounts.make(kAnn, "{PLAIN}x");
    for (const char* folder : {"cur", "new", "tmp", ".Sent/cur", "deep/a/b"}) {
      std::filesystem::create_directories(path(folder));
      accounts.write(root + folder + "/1", "text");
    }
    accounts.write(root + "dovecot.index.log", "x");
    std::filesystem::create_directory(accounts.path("elsewhere"));
    accounts.write("elsewhere/keep", "of somebody else");
    std::filesystem::create_directory_symlink("../elsewhere", path("link"));
    std::filesystem::create_symlink("../../elsewhere/keep", path("cur/link"));
  }
  std::string path(const std::string& name) const {
    return accounts.path(root + name);
  }
  mailbox::Mailbox open() const {
    return std::move(accounts.mailboxes().find(kAnn).mailbox);
  }
  mailbox::RemovalResult remove(const mailbox::Mailbox& opened,
                                bool unwanted = true) const {
    return mailbox::remove_mailbox(accounts.mailboxes(), kAnn, opened,
                                   [&] { return unwanted; });
  }

  const std::string root = std::string(kAnn) + "/";
  test::AccountsDirectory accounts;
};

}  // namespace

TEST_CASE("a mailbox goes whole, and its links lead nowhere") {
  const World world;
  const auto result = world.remove(world.open());
  CHECK(result.kind == Removed::kRemoved);
  CHECK(result.error.empty());
  CHECK(world.accounts.names(".") == std::vector<std::string>{"elsewhere"});
  CHECK(world.accounts.read("elsewhere/keep") == "of somebody else");
}

TEST_CASE("a mailbox that is wanted after all keeps its name and contents") {
  const World world;
  const auto before = world.accounts.names(world.root);
  CHECK(world.remove(world.open(), false).kind == Removed::kKept);
  CHECK(world.accounts.names(world.root) == before);
  CHECK(world.accounts.names(".") ==
        std::vector<std::string>{kAnn, "elsewhere"});
}

TEST_CASE("while it is asked about, a mailbox cannot be found") {
  const World world;
  bool asked = false;
  const auto opened = world.open();
  mailbox::remove_mailbox(world.accounts.mailboxes(), kAnn, opened, [&] {
    asked = true;
    CHECK(world.accounts.mailboxes().find(kAnn).presence ==
          mailbox::Presence::kAbsent);
    // What is left would be taken away by the next run, were this killed.
    const auto names = world.accounts.names(".");
    CHECK(mailbox::is_leftover(names.at(0)));
    return true;
  });
  CHECK(asked);
}

TEST_CASE("another mailbox of the same name is not removed") {
  const World world;
  const auto old = world.open();
  std::filesystem::remove_all(world.path(""));
  world.accounts.make(kAnn, "{PLAIN}new");
  CHECK(world.remove(old).kind == Removed::kAbsent);
  CHECK(world.accounts.read(world.root + "password") == "{PLAIN}new");
  std::filesystem::remove_all(world.path(""));
  CHECK(world.remove(old).kind == Removed::kAbsent);
  std::filesystem::create_directory_symlink("elsewhere",
                                            world.accounts.path(kAnn));
  CHECK(world.remove(old).kind == Removed::kAbsent);
  CHECK(world.accounts.read("elsewhere/keep") == "of somebody else");
}

TEST_CASE("what a killed process left is taken away") {
  const World world;
  std::filesystem::rename(world.path(""), world.accounts.path(".removed-1f"));
  CHECK(mailbox::is_leftover(".removed-1f"));
  CHECK_FALSE(mailbox::is_leftover(".removed-1f@a.example"));
  CHECK_FALSE(mailbox::is_leftover("removed-1f"));
  CHECK(mailbox::remove_leftover(world.accounts.mailboxes(), ".removed-1f")
            .kind == Removed::kRemoved);
  CHECK(world.accounts.names(".") == std::vector<std::string>{"elsewhere"});
  CHECK(mailbox::remove_leftover(world.accounts.mailboxes(), ".removed-1f")
            .kind == Removed::kAbsent);
}

TEST_CASE("a tree deeper than any mailbox is not walked to its end") {
  const World world;
  std::string deep = "deep";
  for (int i = 0; i < 100; ++i) deep += "/d";
  std::filesystem::create_directories(world.path(deep));
  const auto result = world.remove(world.open());
  CHECK(result.kind == Removed::kFailed);
  CHECK_FALSE(result.error.empty());
  CHECK_FALSE(world.accounts.exists(kAnn));
}

TEST_CASE("only a directory with nothing in it is removed as empty") {
  const World world;
  const auto remove = [&](const char* name) {
    return mailbox::remove_empty(world.accounts.mailboxes(), name).kind;
  };
  std::filesystem::create_directory(world.accounts.path("bob@a.example"));
  CHECK(remove("bob@a.example") == Removed::kRemoved);
  CHECK(remove("bob@a.example") == Removed::kAbsent);
  CHECK(remove(kAnn) == Removed::kKept);
  std::filesystem::create_directory_symlink(
      "elsewhere", world.accounts.path("cid@a.example"));
  CHECK(remove("cid@a.example") == Removed::kFailed);
  CHECK(world.accounts.exists("cid@a.example"));
}

TEST_CASE("a file of a mailbox is removed through no link") {
  const World world;
  const auto opened = world.open();
  CHECK(mailbox::remove_file(opened, "cur/1").kind == Removed::kRemoved);
  CHECK(mailbox::remove_file(opened, "cur/1").kind == Removed::kAbsent);
  CHECK(mailbox::remove_file(opened, "gone/1").kind == Removed::kAbsent);
  CHECK(mailbox::remove_file(opened, ".Sent/cur/1").kind == Removed::kRemoved);
  CHECK(mailbox::remove_file(opened, "dovecot.index.log").kind ==
        Removed::kRemoved);
  CHECK(mailbox::remove_file(opened, "link/keep").kind == Removed::kFailed);
  CHECK(mailbox::remove_file(opened, "cur").kind == Removed::kFailed);
  CHECK(mailbox::remove_file(opened, "cur/link").kind == Removed::kRemoved);
  CHECK(world.accounts.read("elsewhere/keep") == "of somebody else");
}

TEST_CASE("messages may be removed while they are walked") {
  const World world;
  for (int i = 0; i < 5000; ++i) {
    world.accounts.write(world.root + "cur/many-" + std::to_string(i), "");
  }
  const auto opened = world.open();
  std::string error;
  int removed = 0;
  CHECK(mailbox::for_each_message(
      opened,
      [&](const mailbox::Message& message) {
        if (message.directory != "cur" || !message.folder.empty()) return;
        removed += mailbox::remove_message(message).kind == Removed::kRemoved;
      },
      error));
  CHECK(removed == 5001);
  CHECK(world.accounts.names(world.root + "cur") ==
        std::vector<std::string>{"link"});
}
