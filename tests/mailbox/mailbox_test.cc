#include "mailbox/mailbox.h"

#include <sys/stat.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "mailbox/layout.h"
#include "mailbox/limits.h"
#include "tests/mailbox/accounts_directory.h"

using mailbox::Presence;

namespace {

constexpr char kAnn[] = "ann@a.example";
constexpr std::time_t kDay = std::time_t{1'790'000'000} / 86'400 * 86'400;

// One more x; false when it could not be written.
bool add_x(const test::AccountsDirectory& accounts) {
  const auto opened = accounts.mailboxes().find(kAnn);
  const auto wrong = opened.mailbox.change_metadata(
      [](std::string_view text) { return std::string(text) + "x"; });
  return !wrong;
}

}  // namespace

TEST_CASE("a password is read as it was written, without its line end") {
  const test::AccountsDirectory accounts;
  accounts.make(kAnn, "{PLAIN}x\n");
  const auto password = accounts.mailboxes().find(kAnn).mailbox.password();
  CHECK(password.presence == Presence::kThere);
  CHECK(password.hash == "{PLAIN}x");
}

TEST_CASE("a password that cannot be trusted is not known, never absent") {
  using Make = void (*)(const test::AccountsDirectory&, const std::string&);
  struct Row {
    const char* what;
    Make make;
  };
  const Row rows[] = {
      {"a symbolic link",
       [](const test::AccountsDirectory& accounts, const std::string& file) {
         accounts.write("secret", "{PLAIN}of another");
         REQUIRE(symlink("../secret", file.c_str()) == 0);
       }},
      {"a directory",
       [](const test::AccountsDirectory&, const std::string& file) {
         REQUIRE(std::filesystem::create_directory(file));
       }},
      {"a fifo, at which nobody waits",
       [](const test::AccountsDirectory&, const std::string& file) {
         REQUIRE(mkfifo(file.c_str(), 0600) == 0);
       }},
      {"a file that no relay writes",
       [](const test::AccountsDirectory& accounts, const std::string&) {
         accounts.write(std::string(kAnn) + "/password",
                        std::string(mailbox::kMaxPasswordFile + 1, 'x'));
       }},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const test::AccountsDirectory accounts;
    std::filesystem::create_directory(accounts.path(kAnn));
    row.make(accounts, accounts.path(std::string(kAnn) + "/password"));
    const auto password = accounts.mailboxes().find(kAnn).mailbox.password();
    CHECK(password.presence == Presence::kUnknowable);
    CHECK(password.hash.empty());
    CHECK_FALSE(password.error.empty());
  }
}

TEST_CASE("a login is noted by the day, and touches the file once a day") {
  const test::AccountsDirectory accounts;
  accounts.make(kAnn, "{PLAIN}x");
  const std::string file = std::string(kAnn) + "/password";
  const auto opened = accounts.mailboxes().find(kAnn);
  CHECK(opened.mailbox.set_last_login(kDay + 4711) == std::nullopt);
  CHECK(accounts.status(file).st_mtime == kDay);
  CHECK(opened.mailbox.password().last_login == kDay);

  const timespec changed = accounts.status(file).st_ctim;
  CHECK(opened.mailbox.set_last_login(kDay + 86'399) == std::nullopt);
  CHECK(accounts.status(file).st_ctim.tv_nsec == changed.tv_nsec);
  CHECK(accounts.status(file).st_ctim.tv_sec == changed.tv_sec);

  CHECK(opened.mailbox.set_last_login(kDay + 86'400) == std::nullopt);
  CHECK(accounts.status(file).st_mtime == kDay + 86'400);
  CHECK(accounts.read(file) == "{PLAIN}x");
}

TEST_CASE("a login to what has no password leaves no trace") {
  const test::AccountsDirectory accounts;
  std::filesystem::create_directory(accounts.path(kAnn));
  const auto opened = accounts.mailboxes().find(kAnn);
  CHECK(opened.mailbox.set_last_login(kDay) == std::nullopt);
  CHECK(accounts.names(kAnn).empty());
}

TEST_CASE("a login does not touch what a link points to") {
  const test::AccountsDirectory accounts;
  std::filesystem::create_directory(accounts.path(kAnn));
  accounts.write("victim", "x");
  const std::time_t before = accounts.status("victim").st_mtime;
  const std::string file = accounts.path(std::string(kAnn) + "/password");
  REQUIRE(symlink("../victim", file.c_str()) == 0);
  accounts.mailboxes().find(kAnn).mailbox.set_last_login(kDay);
  CHECK(accounts.status("victim").st_mtime == before);
}

TEST_CASE("another password keeps the last login, and is for its owner alone") {
  const test::AccountsDirectory accounts;
  accounts.make(kAnn, "{PLAIN}old");
  const auto opened = accounts.mailboxes().find(kAnn);
  REQUIRE(opened.mailbox.set_last_login(kDay) == std::nullopt);
  CHECK(opened.mailbox.set_password("{PLAIN}new") == std::nullopt);
  CHECK(opened.mailbox.password().hash == "{PLAIN}new");
  CHECK(opened.mailbox.password().last_login == kDay);
  const std::string file = std::string(kAnn) + "/password";
  CHECK((accounts.status(file).st_mode & 07777U) == 0600);
  CHECK(accounts.names(kAnn) ==
        std::vector<std::string>{"password", "password.lock"});
}

TEST_CASE("who has no account gets no password") {
  const test::AccountsDirectory accounts;
  std::filesystem::create_directory(accounts.path(kAnn));
  const auto opened = accounts.mailboxes().find(kAnn);
  CHECK(opened.mailbox.set_password("{PLAIN}new") ==
        "the account has no password");
  CHECK_FALSE(accounts.exists(std::string(kAnn) + "/password"));
}

TEST_CASE("flags are files, set and taken away") {
  const test::AccountsDirectory accounts;
  accounts.make(kAnn, "{PLAIN}x");
  const auto opened = accounts.mailboxes().find(kAnn);
  for (const char* flag : {mailbox::kEnforcingFlag, mailbox::kDisabledFlag}) {
    INFO(flag);
    CHECK(opened.mailbox.flag(flag) == Presence::kAbsent);
    for (int twice = 0; twice < 2; ++twice) {
      CHECK(opened.mailbox.set_flag(flag, true) == std::nullopt);
      CHECK(opened.mailbox.flag(flag) == Presence::kThere);
    }
    for (int twice = 0; twice < 2; ++twice) {
      CHECK(opened.mailbox.set_flag(flag, false) == std::nullopt);
      CHECK(opened.mailbox.flag(flag) == Presence::kAbsent);
    }
  }
}

TEST_CASE("changes of the metadata are not lost, however many come at once") {
  const test::AccountsDirectory accounts;
  accounts.make(kAnn, "{PLAIN}x");
  constexpr int threads = 8;
  constexpr int each = 10;
  std::atomic<int> failures = 0;
  std::vector<std::thread> all;
  all.reserve(threads);
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&] {
      for (int n = 0; n < each; ++n) {
        if (!add_x(accounts)) ++failures;
      }
    });
  }
  for (std::thread& thread : all) thread.join();
  CHECK(failures == 0);
  const auto metadata = accounts.mailboxes().find(kAnn).mailbox.metadata();
  CHECK(metadata.text == std::string(std::size_t{threads} * each, 'x'));
}

TEST_CASE("metadata stays when a change has nothing to say, or too much") {
  const test::AccountsDirectory accounts;
  accounts.make(kAnn, "{PLAIN}x");
  const auto opened = accounts.mailboxes().find(kAnn);
  const auto set = [&](std::optional<std::string> text) {
    return opened.mailbox.change_metadata(
        [&](std::string_view) { return text; });
  };
  CHECK(opened.mailbox.metadata().presence == Presence::kAbsent);
  CHECK(set("{}") == std::nullopt);
  CHECK(set(std::nullopt) == std::nullopt);
  CHECK(set(std::string(mailbox::kMaxMetadataFile + 1, 'x')) ==
        "metadata.json: File too large");
  CHECK(opened.mailbox.metadata().text == "{}");
}

TEST_CASE("the age of an account is that of its flag, or of its directory") {
  const test::AccountsDirectory accounts;
  accounts.make(kAnn, "{PLAIN}x");
  const auto opened = accounts.mailboxes().find(kAnn);
  const std::time_t now = std::time(nullptr);
  const std::time_t of_directory = opened.mailbox.created();
  // 0 where the file system keeps no time of birth.
  CHECK((of_directory == 0 || std::abs(now - of_directory) < 600));
  REQUIRE(opened.mailbox.set_flag(mailbox::kEnforcingFlag, true) ==
          std::nullopt);
  CHECK(std::abs(now - opened.mailbox.created()) < 600);
}
