#include "mailbox/creation.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "mailbox/layout.h"
#include "tests/mailbox/accounts_directory.h"

using Kind = mailbox::CreationResult::Kind;
using mailbox::create_account;

namespace {

constexpr char kAnn[] = "ann@a.example";
constexpr char kHash[] = "{SHA512-CRYPT}$6$salt$hash";
constexpr std::time_t kNow = 1'790'000'000;

// While it lives, no file of this process can have an octet: what a full disk
// answers, but for the reason.
class FullDisk {
 public:
  FullDisk() {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit none{0, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
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

}  // namespace

TEST_CASE("an account is made with all that belongs to it") {
  const test::AccountsDirectory accounts;
  const auto result = create_account(accounts.mailboxes(), kAnn, kHash, kNow);
  CHECK(result.kind == Kind::kCreated);
  CHECK(result.hash == kHash);
  CHECK(accounts.names(kAnn) == std::vector<std::string>{"enforceE2EEincoming",
                                                         "password",
                                                         "password.lock"});
  CHECK((accounts.status(kAnn).st_mode & 07777U) == 0700);
  const auto password = accounts.mailboxes().find(kAnn).mailbox.password();
  CHECK(password.hash == kHash);
  CHECK(password.last_login == kNow / 86'400 * 86'400);

  SECTION("and is not made again") {
    const auto again =
        create_account(accounts.mailboxes(), kAnn, "{PLAIN}other", kNow);
    CHECK(again.kind == Kind::kExisted);
    CHECK(again.hash == kHash);
  }
}

TEST_CASE("a directory without password becomes an account") {
  const test::AccountsDirectory accounts;
  std::filesystem::create_directory(accounts.path(kAnn));
  accounts.write(std::string(kAnn) + "/password.new", "of a killed process");
  const auto result = create_account(accounts.mailboxes(), kAnn, kHash, kNow);
  CHECK(result.kind == Kind::kCreated);
  CHECK(accounts.read(std::string(kAnn) + "/password") == kHash);
  CHECK_FALSE(accounts.exists(std::string(kAnn) + "/password.new"));
}

TEST_CASE("what is no account's canonical name is never made") {
  const test::AccountsDirectory accounts;
  for (const std::string name :
       {"", "ann", "../ann@a.example", "a/b@a.example", "Ann@a.example",
        "ann+x@a.example", "a@b@c.example"}) {
    INFO(name);
    CHECK(create_account(accounts.mailboxes(), name, kHash, kNow).kind ==
          Kind::kFailed);
  }
  CHECK(accounts.names(".").empty());
}

TEST_CASE("a full disk leaves no account and nothing of one") {
  const test::AccountsDirectory accounts;
  mailbox::CreationResult result;
  SECTION("where there was nothing") {
    {
      const FullDisk full;
      result = create_account(accounts.mailboxes(), kAnn, kHash, kNow);
    }
    CHECK(accounts.names(".").empty());
  }
  SECTION("where there was a directory, it stays as it was") {
    std::filesystem::create_directory(accounts.path(kAnn));
    accounts.write(std::string(kAnn) + "/dovecot-uidlist", "x");
    {
      const FullDisk full;
      result = create_account(accounts.mailboxes(), kAnn, kHash, kNow);
    }
    CHECK(accounts.names(kAnn) ==
          std::vector<std::string>{"dovecot-uidlist", "password.lock"});
  }
  CHECK(result.kind == Kind::kFailed);
  CHECK(result.error == "password: File too large");
  CHECK(create_account(accounts.mailboxes(), kAnn, kHash, kNow).kind ==
        Kind::kCreated);
}

TEST_CASE("a link in place of a mailbox is not followed") {
  const test::AccountsDirectory accounts;
  std::filesystem::create_directory(accounts.path("elsewhere"));
  REQUIRE(symlink("elsewhere", accounts.path(kAnn).c_str()) == 0);
  const auto result = create_account(accounts.mailboxes(), kAnn, kHash, kNow);
  CHECK(result.kind == Kind::kFailed);
  CHECK(accounts.names("elsewhere").empty());
}

TEST_CASE("a thousand first logins at once make one account") {
  const test::AccountsDirectory accounts;
  constexpr int threads = 8;
  constexpr int each = 125;
  std::atomic<int> created = 0;
  std::atomic<int> existed = 0;
  std::vector<std::set<std::string>> hashes(threads);
  std::vector<std::thread> all;
  all.reserve(threads);
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&, i] {
      for (int n = 0; n < each; ++n) {
        const std::string own = "{PLAIN}" + std::to_string(i * each + n);
        const auto result =
            create_account(accounts.mailboxes(), kAnn, own, kNow);
        if (result.kind == Kind::kCreated) ++created;
        if (result.kind == Kind::kExisted) ++existed;
        hashes[static_cast<std::size_t>(i)].insert(result.hash);
      }
    });
  }
  for (std::thread& thread : all) thread.join();
  CHECK(created == 1);
  CHECK(existed == threads * each - 1);
  const std::string password = accounts.read(std::string(kAnn) + "/password");
  for (const auto& seen : hashes) {
    CHECK(seen == std::set<std::string>{password});
  }
}

TEST_CASE("two processes that make the same accounts agree about each") {
  const test::AccountsDirectory accounts;
  constexpr int count = 50;
  int pipe_ends[2];
  REQUIRE(pipe(pipe_ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  int created = 0;
  int failed = 0;
  for (int i = 0; i < count; ++i) {
    const auto result = create_account(
        accounts.mailboxes(), "a" + std::to_string(i) + "@a.example",
        "{PLAIN}" + std::to_string(child == 0), kNow);
    created += result.kind == Kind::kCreated ? 1 : 0;
    failed += result.kind == Kind::kFailed ? 1 : 0;
  }
  const int counts[2] = {created, failed};
  if (child == 0) {
    const bool told = write(pipe_ends[1], counts, sizeof counts) > 0;
    _exit(told ? 0 : 1);
  }
  int others[2] = {0, 0};
  REQUIRE(read(pipe_ends[0], others, sizeof others) == sizeof others);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  CHECK(created + others[0] == count);
  CHECK(failed + others[1] == 0);
}

TEST_CASE("who makes and who fails meet at one account at last") {
  const test::AccountsDirectory accounts;
  // One process cannot write and takes away what it began, over and over;
  // the other makes accounts.
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const FullDisk full;
    for (int i = 0; i < 2000; ++i) {
      create_account(accounts.mailboxes(),
                     "a" + std::to_string(i % 40) + "@a.example", "x", kNow);
    }
    _exit(0);
  }
  int created = 0;
  for (int i = 0; i < 40; ++i) {
    const auto result =
        create_account(accounts.mailboxes(),
                       "a" + std::to_string(i) + "@a.example", kHash, kNow);
    created += result.kind == Kind::kCreated ? 1 : 0;
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(created == 40);
  for (int i = 0; i < 40; ++i) {
    const std::string name = "a" + std::to_string(i) + "@a.example";
    CHECK(accounts.read(name + "/password") == kHash);
    CHECK(accounts.exists(name + "/enforceE2EEincoming"));
  }
}

TEST_CASE("who is waited for too long is given up") {
  const test::AccountsDirectory accounts;
  std::filesystem::create_directory(accounts.path(kAnn));
  const std::string lock = accounts.path(std::string(kAnn) + "/password.lock");
  const int held = open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(flock(held, LOCK_EX) == 0);
  const auto result = create_account(accounts.mailboxes(), kAnn, kHash, kNow);
  CHECK(result.kind == Kind::kFailed);
  CHECK(result.error == "password.lock: Resource temporarily unavailable");
  close(held);
  CHECK_FALSE(accounts.exists(std::string(kAnn) + "/password"));
}
