#pragma once

// SIGHUP is "reload", SIGTERM and SIGINT are "stop"; the main thread waits.
//
// libmilter keeps a thread of its own in sigwait() for the same signals, and
// would stop the filter at a SIGHUP.  The kernel gives a signal of the
// process to the main thread first when that one does not block it, so the
// main thread never does: it has handlers, which write to a pipe.  All other
// threads are to be started under a BlockedSignals.  Only while libmilter's
// thread is about to begin its wait could it take a signal that is on its way
// to the main thread: see another_thread_waits().

#include <chrono>
#include <csignal>
#include <optional>

namespace daemons {

enum class Signal { kReload, kStop };

// One per process, made by the main thread before it starts another.
// SIGPIPE is ignored from then on.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // nullopt when `timeout` has passed; a negative one waits for ever.
  std::optional<Signal> wait(std::chrono::milliseconds timeout);

  // From any thread: as if SIGTERM had come.
  void stop();

 private:
  struct sigaction before_[4];
};

// While it lives, the calling thread blocks them, and so does for ever every
// thread that it starts.
class BlockedSignals {
 public:
  BlockedSignals();
  ~BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

// Whether a thread other than the calling one is in sigwait() for SIGHUP, and
// so too late to take one from the main thread.  Reads /proc.
bool another_thread_waits();

}  // namespace daemons
