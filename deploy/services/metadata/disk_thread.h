#pragma once

// The one thread that writes: what waits for the disk, or for another's lock,
// waits here and not in the loop that answers Dovecot.
//
// Work is done in order, in batches: whatever was added while the last batch
// was done makes the next one, and `flush` is called at the end of each, so
// that many small files are brought to disk together.

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace metadata {

// More than that wait only when the disk stands still.
inline constexpr std::size_t kMaxWaitingWrites = 10'000;

class DiskThread {
 public:
  using Task = std::function<void()>;

  explicit DiskThread(Task flush);
  ~DiskThread() { stop(); }
  DiskThread(const DiskThread&) = delete;
  DiskThread& operator=(const DiskThread&) = delete;

  // From any thread.  False when too many wait already.
  bool add(Task task);
  // Does what was added, then ends; nothing can be added any more.
  void stop();

 private:
  void work();

  Task flush_;
  std::mutex mutex_;
  std::condition_variable added_;
  std::vector<Task> waiting_;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace metadata
