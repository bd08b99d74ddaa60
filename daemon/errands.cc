#include "daemon/errands.h"

#include <utility>

#include "daemon/signals.h"

namespace daemons {

Errands::Errands() {
  // Signals are for the thread that waits for them.
  const BlockedSignals blocked;
  thread_ = std::thread([this] { run(); });
}

Errands::~Errands() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Errands::send(std::function<void()> errand) {
  {
    const std::lock_guard lock(mutex_);
    errands_.push_back(std::move(errand));
  }
  changed_.notify_one();
}

void Errands::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || !errands_.empty(); });
    if (ends_) return;
    const std::function<void()> errand = std::move(errands_.front());
    errands_.pop_front();
    lock.unlock();
    errand();
    lock.lock();
  }
}

}  // namespace daemons
