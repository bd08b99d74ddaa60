#pragma once

// Threads for what would block an event loop: hashes, the disk, another
// program.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace daemons {

class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t most_queued);
  // Waits for the tasks that run; those that wait are dropped.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when too many wait already.  One thread does its tasks in their
  // order.
  bool add(std::function<void()> task);

 private:
  void work();

  std::size_t most_queued_;
  std::mutex mutex_;
  std::condition_variable added_;
  std::deque<std::function<void()>> queue_;
  bool is_ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace daemons
