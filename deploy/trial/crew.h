#pragma once

// Threads that do the same work until it is done, fails, or it is too late.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>

namespace trial {

class Crew {
 public:
  using Clock = std::chrono::steady_clock;

  // `total` pieces of work, until then.
  Crew(std::size_t total, Clock::time_point end) : total_(total), end_(end) {}

  // In a worker: the number of a piece that nobody has taken; false when there
  // is no more, or no time.
  bool take(std::size_t& piece);
  // One more is done.
  void finish() { ++done_; }
  // Nothing more is to be begun; the first reason is kept.
  void fail(const std::string& why);

  // Runs `work(worker)` in so many threads, and calls `tick` a few times a
  // second meanwhile.  Gives the seconds that it took.
  double run(std::size_t workers, const std::function<void(std::size_t)>& work,
             const std::function<void()>& tick);

  std::size_t done() const { return done_; }
  std::size_t total() const { return total_; }
  std::string error() const;

 private:
  const std::size_t total_;
  const Clock::time_point end_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> done_ = 0;
  std::atomic<bool> has_failed_ = false;
  mutable std::mutex mutex_;
  std::string error_;
};

}  // namespace trial
