#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <ctime>
#include <string>
#include <thread>

#include "daemon/log.h"
#include "daemon/privilege.h"
#include "daemon/signals.h"

using daemons::Signal;
using std::chrono::milliseconds;

namespace {

// A thread that does what libmilter's does: it waits for the same signals.
class RivalWaiter {
 public:
  RivalWaiter() {
    const daemons::BlockedSignals blocked;
    thread_ = std::thread([this] { wait_for_signals(); });
    while (!daemons::another_thread_waits()) std::this_thread::yield();
  }
  ~RivalWaiter() {
    pthread_kill(thread_.native_handle(), SIGUSR1);
    thread_.join();
  }
  int stolen() const { return stolen_; }

 private:
  void wait_for_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGHUP, SIGTERM, SIGUSR1}) {
      sigaddset(&set, number);
    }
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    int number = 0;
    while (sigwait(&set, &number) == 0 && number != SIGUSR1) ++stolen_;
  }
  std::atomic<int> stolen_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_CASE("signals come to the main thread, though another waits for them") {
  daemons::Signals signals;
  CHECK_FALSE(daemons::another_thread_waits());
  const RivalWaiter rival;
  for (int i = 0; i < 1000; ++i) {
    kill(getpid(), SIGHUP);
    REQUIRE(rival.stolen() == 0);
    REQUIRE(signals.wait(milliseconds(10000)) == Signal::kReload);
  }
  kill(getpid(), SIGTERM);
  CHECK(signals.wait(milliseconds(10000)) == Signal::kStop);
  kill(getpid(), SIGINT);
  CHECK(signals.wait(milliseconds(10000)) == Signal::kStop);
  signals.stop();
  CHECK(signals.wait(milliseconds(10000)) == Signal::kStop);
  CHECK(signals.wait(milliseconds(0)) == std::nullopt);
}

TEST_CASE("log levels have words") {
  CHECK(daemons::log_level("info") == spdlog::level::info);
  CHECK(daemons::log_level("warning") == spdlog::level::warn);
  CHECK(daemons::log_level("off") == spdlog::level::off);
  CHECK(daemons::log_level("loud") == std::nullopt);
  CHECK(daemons::log_level("") == std::nullopt);
}

TEST_CASE("what goes into a log line is printable and short") {
  CHECK(daemons::printable("plain text") == "plain text");
  CHECK(daemons::printable("a\r\nb\xC3\xA4") == "a??b??");
  CHECK(daemons::printable("abcdef", 3) == "abc");
}

TEST_CASE("stderr is the journal only where device and inode agree") {
  struct stat status {};
  REQUIRE(fstat(STDERR_FILENO, &status) == 0);
  const std::string name =
      std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  CHECK(daemons::stderr_is_journal(name.c_str()));
  CHECK_FALSE(daemons::stderr_is_journal("1:2"));
  CHECK_FALSE(daemons::stderr_is_journal(nullptr));
}

TEST_CASE("a log line has the journal's priority or the time") {
  for (const bool for_journal : {true, false}) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const int saved = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    const auto log = daemons::make_log("x", spdlog::level::info, for_journal);
    log->warn("trouble");
    log->debug("not this");
    log->flush();
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
    char text[200] = {};
    CHECK(read(ends[0], text, sizeof text - 1) > 0);
    close(ends[0]);
    if (for_journal) {
      CHECK(std::string(text) == "<4>trouble\n");
    } else {
      std::tm local{};
      const char* behind = strptime(text, "%Y-%m-%dT%H:%M:%S", &local);
      REQUIRE(behind != nullptr);
      local.tm_isdst = -1;
      CHECK(std::abs(std::difftime(std::mktime(&local), std::time(nullptr))) <=
            60);
      std::string rest(behind);
      for (char& c : rest) {
        if (c >= '0' && c <= '9') c = '9';
        if (c == '-') c = '+';
      }
      CHECK(rest == ".999+99:99 x warning: trouble\n");
    }
  }
}

TEST_CASE("privileges are given up for good") {
  CHECK(daemons::become("no-such-user-here", "") ==
        "no such user: no-such-user-here");
  CHECK(daemons::raise_file_limit() == std::nullopt);
  // In a child: it cannot come back from there.
  const pid_t child = fork();
  if (child == 0) {
    bool good = daemons::forbid_new_privileges() == std::nullopt;
    if (geteuid() == 0) {
      good = good && daemons::become("nobody", "no-such-group") ==
                         "no such group: no-such-group";
      good = good && daemons::become("nobody", "") == std::nullopt;
      good = good && geteuid() != 0 && getegid() != 0 && setuid(0) != 0;
    }
    _exit(good ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
