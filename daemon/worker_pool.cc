#include "daemon/worker_pool.h"

#include <utility>

#include "daemon/signals.h"

namespace daemons {

WorkerPool::WorkerPool(std::size_t threads, std::size_t most_queued)
    : most_queued_(most_queued) {
  // Signals are for the thread that waits for them.
  const BlockedSignals blocked;
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  added_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::add(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (is_ending_ || queue_.size() >= most_queued_) return false;
    queue_.push_back(std::move(task));
  }
  added_.notify_one();
  return true;
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    added_.wait(lock, [this] { return is_ending_ || !queue_.empty(); });
    if (is_ending_) return;
    std::function<void()> task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // what it holds goes outside of the lock
    lock.lock();
  }
}

}  // namespace daemons
