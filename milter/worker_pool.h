#pragma once

// Threads that wait for work at one place and carry it out, as many as there
// are processors, and more while some of them are blocked.
//
// Work may block for seconds (DNS, a disk, the policy service).  A thread that
// is at the same piece of work as one tick before, and does not run, counts as
// blocked, and others are started beside it, the more the more are blocked.
// One thread watches over this while there is work, and sleeps otherwise.
// Threads that had nothing to do for kThreadIdle end.

#include <pthread.h>
#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace milter {

// What a thread has for its work alone, warm from the piece before.
struct WorkerSpace {
  std::vector<char> read;  // kReadBuffer octets
  std::string answers;
};

class WorkerPool {
 public:
  struct Work {
    // Blocks until there is a piece of work; nullptr when there was none for
    // so long, or wake_all() was called.
    std::function<void*(std::chrono::milliseconds)> take;
    std::function<void(void* piece, WorkerSpace&)> carry_out;
    // Has every thread come back from take(), now and in future.
    std::function<void()> wake_all;
    // At least every two seconds, by the thread that watches.
    std::function<void()> look_after;
  };

  explicit WorkerPool(Work work) : work_(std::move(work)) {}
  // After stop(), or before start().
  ~WorkerPool() = default;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void start();
  // False when a thread is not back from its work after `patience`; it may
  // come back at any time, so the pool must not be destroyed.
  bool stop(std::chrono::milliseconds patience);

 private:
  struct Worker {
    WorkerPool* pool = nullptr;
    pthread_t thread{};
    std::atomic<pid_t> id{0};             // as /proc has it
    std::atomic<std::uint32_t> turns{0};  // odd: at work
    std::atomic<bool> ended{false};
    std::uint32_t seen = 0;  // by the thread that watches
  };

  static void* run(void* worker);
  static void* run_watch(void* pool);
  void serve(Worker& worker);
  void watch();
  // The following are called with mutex_ held.
  void add_worker();
  void reap();
  bool look();  // whether anything was at work since the last look

  Work work_;
  const std::size_t usual_ = usual_threads();
  static std::size_t usual_threads();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Worker> workers_;
  std::atomic<std::size_t> count_{0};  // of workers that have not ended
  std::atomic<bool> stopping_{false};
  std::atomic<bool> asleep_{false};  // the watch
  pthread_t watch_{};
  bool started_ = false;
};

}  // namespace milter
