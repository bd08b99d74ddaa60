#include "daemon/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cassert>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace daemons {
namespace {

constexpr int kHandled[] = {SIGHUP, SIGTERM, SIGINT};
constexpr std::size_t kPipeSignal = std::size(kHandled);

// A signal handler has no argument, so the pipe is the process's.
std::atomic<int> read_end{-1};
std::atomic<int> write_end{-1};

extern "C" void on_signal(int number) {
  const int saved = errno;
  const char octet = number == SIGHUP ? 'r' : 's';
  // A full pipe holds enough of them; nothing is lost that matters.
  [[maybe_unused]] const auto written = write(write_end, &octet, 1);
  errno = saved;
}

sigset_t handled_set() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : kHandled) sigaddset(&set, number);
  return set;
}

}  // namespace

Signals::Signals() {
  int ends[2];
  [[maybe_unused]] const int made = pipe2(ends, O_CLOEXEC | O_NONBLOCK);
  assert(made == 0 && read_end < 0);
  read_end = ends[0];
  write_end = ends[1];
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < std::size(kHandled); ++i) {
    sigaction(kHandled[i], &action, &before_[i]);
  }
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, &before_[kPipeSignal]);
  const sigset_t set = handled_set();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

Signals::~Signals() {
  for (std::size_t i = 0; i < std::size(kHandled); ++i) {
    sigaction(kHandled[i], &before_[i], nullptr);
  }
  sigaction(SIGPIPE, &before_[kPipeSignal], nullptr);
  close(read_end.exchange(-1));
  close(write_end.exchange(-1));
}

std::optional<Signal> Signals::wait(std::chrono::milliseconds timeout) {
  pollfd waited{read_end, POLLIN, 0};
  // A signal interrupts the poll, and its octet is then there.
  const int limit =
      timeout.count() < 0 ? -1 : static_cast<int>(timeout.count());
  poll(&waited, 1, limit);
  char octet = 0;
  if (read(read_end, &octet, 1) != 1) return std::nullopt;
  return octet == 'r' ? Signal::kReload : Signal::kStop;
}

void Signals::stop() {
  const char octet = 's';
  [[maybe_unused]] const auto written = write(write_end, &octet, 1);
}

BlockedSignals::BlockedSignals() {
  const sigset_t set = handled_set();
  pthread_sigmask(SIG_BLOCK, &set, &before_);
}

BlockedSignals::~BlockedSignals() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool another_thread_waits() {
  constexpr std::uint64_t bit = 1ULL << (SIGHUP - 1U);
  std::error_code error;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/self/task", error)) {
    if (task.path().filename() == std::to_string(gettid())) continue;
    std::ifstream status(task.path() / "status");
    std::string word;
    while (status >> word && word != "SigBlk:") {
    }
    // While a thread is in sigwait(), the kernel shows what it waits for as
    // not blocked; all our other threads block it.
    if (status >> word &&
        (std::strtoull(word.c_str(), nullptr, 16) & bit) == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace daemons
