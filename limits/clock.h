#pragma once

// The wall clock at the start, and from then on one that never goes back: what
// the stores count time by.

#include <chrono>
#include <cstdint>

namespace limits {

class Clock {
 public:
  // Since the epoch.
  std::int64_t microseconds() const {
    return begin_ + std::chrono::duration_cast<std::chrono::microseconds>(
                        std::chrono::steady_clock::now() - steady_begin_)
                        .count();
  }

 private:
  std::chrono::steady_clock::time_point steady_begin_ =
      std::chrono::steady_clock::now();
  std::int64_t begin_ = std::chrono::duration_cast<std::chrono::microseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count();
};

}  // namespace limits
