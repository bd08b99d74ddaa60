#include "milter/worker_pool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <thread>

#include "daemon/signals.h"
#include "milter/limits.h"

namespace milter {
namespace {

using std::chrono::milliseconds;

// A thread that is blocked is seen after one or two of them.
constexpr milliseconds kTick{10};
// After so many without work the watch sleeps.
constexpr int kQuietTicks = 20;
constexpr milliseconds kSleep{2000};

bool start_thread(pthread_t& thread, void* (*run)(void*), void* argument) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kThreadStack);
  const int wrong = pthread_create(&thread, &attributes, run, argument);
  pthread_attr_destroy(&attributes);
  return wrong == 0;
}

// Whether the thread sleeps, in a system call mostly.  Without /proc, yes.
bool does_not_run(pid_t thread) {
  const std::string path =
      "/proc/self/task/" + std::to_string(thread) + "/stat";
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return true;
  char text[128];
  const ssize_t count = read(file, text, sizeof text);
  close(file);
  // "ID (name) S ...", and a name may have anything in it (proc(5)).
  const std::string_view line(text,
                              count > 0 ? static_cast<std::size_t>(count) : 0);
  const std::size_t end = line.rfind(") ");
  return end == std::string_view::npos || !line.substr(end).starts_with(") R");
}

}  // namespace

std::size_t WorkerPool::usual_threads() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(),
                                 kFewestThreads, kMostThreads);
}

void WorkerPool::start() {
  const daemons::BlockedSignals blocked;
  const std::lock_guard lock(mutex_);
  while (workers_.size() < usual_) {
    const std::size_t before = workers_.size();
    add_worker();
    if (workers_.size() == before) break;
  }
  started_ = start_thread(watch_, run_watch, this);
}

bool WorkerPool::stop(milliseconds patience) {
  if (!started_) return true;
  started_ = false;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.wake_all();
  changed_.notify_all();
  pthread_join(watch_, nullptr);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return count_ == 0; });
  reap();
  return workers_.empty();
}

void WorkerPool::add_worker() {
  if (count_ >= kMostThreads) return;
  Worker& worker = workers_.emplace_back();
  worker.pool = this;
  ++count_;
  if (!start_thread(worker.thread, run, &worker)) {
    --count_;
    workers_.pop_back();
  }
}

void* WorkerPool::run(void* worker) {
  auto* self = static_cast<Worker*>(worker);
  self->pool->serve(*self);
  return nullptr;
}

void* WorkerPool::run_watch(void* pool) {
  static_cast<WorkerPool*>(pool)->watch();
  return nullptr;
}

void WorkerPool::serve(Worker& worker) {
  worker.id = gettid();
  WorkerSpace space{std::vector<char>(kReadBuffer), {}};
  while (!stopping_) {
    void* piece = work_.take(kThreadIdle);
    if (piece == nullptr) {
      std::size_t count = count_;
      if (count > usual_ && count_.compare_exchange_strong(count, count - 1)) {
        worker.ended = true;
        return;
      }
      continue;
    }
    ++worker.turns;
    if (asleep_) {
      const std::lock_guard lock(mutex_);
      asleep_ = false;
      changed_.notify_all();
    }
    work_.carry_out(piece, space);
    ++worker.turns;
  }
  const std::lock_guard lock(mutex_);
  worker.ended = true;
  --count_;
  changed_.notify_all();
}

void WorkerPool::reap() {
  std::erase_if(workers_, [](Worker& worker) {
    if (!worker.ended) return false;
    pthread_join(worker.thread, nullptr);
    return true;
  });
}

bool WorkerPool::look() {
  std::size_t blocked = 0;
  bool worked = false;
  for (Worker& worker : workers_) {
    const std::uint32_t turns = worker.turns;
    const bool at_work = turns % 2 == 1;
    if (at_work && turns == worker.seen && does_not_run(worker.id)) ++blocked;
    worked |= at_work || turns != worker.seen;
    worker.seen = turns;
  }
  if (count_ < blocked + usual_) {
    const std::size_t more = std::max(blocked, blocked + usual_ - count_);
    for (std::size_t i = 0; i < more; ++i) add_worker();
  }
  return worked;
}

void WorkerPool::watch() {
  std::unique_lock lock(mutex_);
  int quiet = 0;
  auto last = std::chrono::steady_clock::now();
  while (!stopping_) {
    if (quiet < kQuietTicks) {
      changed_.wait_for(lock, kTick);
    } else {
      asleep_ = true;
      // Who began before could see that it sleeps is seen here.
      if (!look()) changed_.wait_for(lock, kSleep);
      asleep_ = false;
      quiet = 0;
    }
    quiet = look() ? 0 : quiet + 1;
    reap();
    const auto now = std::chrono::steady_clock::now();
    if (now - last < kSleep / 2) continue;
    last = now;
    lock.unlock();
    work_.look_after();
    lock.lock();
  }
}

}  // namespace milter
