#include "deploy/services/metadata/disk_thread.h"

#include <utility>

namespace metadata {

DiskThread::DiskThread(Task flush)
    : flush_(std::move(flush)), thread_([this] { work(); }) {}

void DiskThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  added_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool DiskThread::add(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (is_ending_ || waiting_.size() >= kMaxWaitingWrites) return false;
    waiting_.push_back(std::move(task));
  }
  added_.notify_one();
  return true;
}

void DiskThread::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    added_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::vector<Task> batch;
    batch.swap(waiting_);
    lock.unlock();
    for (Task& task : batch) {
      task();
      task = nullptr;
    }
    flush_();
    lock.lock();
  }
}

}  // namespace metadata
