#include "deploy/trial/crew.h"

#include <condition_variable>
#include <thread>
#include <vector>

namespace trial {

bool Crew::take(std::size_t& piece) {
  if (has_failed_ || Clock::now() > end_) return false;
  piece = next_++;
  return piece < total_;
}

void Crew::fail(const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (error_.empty()) error_ = why;
  has_failed_ = true;
}

std::string Crew::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

double Crew::run(std::size_t workers,
                 const std::function<void(std::size_t)>& work,
                 const std::function<void()>& tick) {
  constexpr std::chrono::milliseconds kTick{200};
  std::mutex mutex;
  std::condition_variable ended;
  std::size_t working = workers;
  const auto begin = Clock::now();
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers; ++i) {
    threads.emplace_back([&, i] {
      work(i);
      const std::lock_guard lock(mutex);
      --working;
      ended.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  while (!ended.wait_for(lock, kTick, [&] { return working == 0; })) {
    lock.unlock();
    tick();
    lock.lock();
  }
  lock.unlock();
  const double seconds =
      std::chrono::duration<double>(Clock::now() - begin).count();
  for (std::thread& thread : threads) thread.join();
  return seconds;
}

}  // namespace trial
