#pragma once

// A thread for what may take its time, so that an event loop need not wait.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace daemons {

class Errands {
 public:
  Errands();
  // Waits for the errand under way; those not begun are dropped.
  ~Errands();
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;

  // From any thread.  Errands are run one after the other, in their order;
  // none may throw.
  void send(std::function<void()> errand);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> errands_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace daemons
