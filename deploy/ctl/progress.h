#pragma once

// How far a long work is, on the last line of a terminal; nothing elsewhere.

#include <cstddef>
#include <ostream>
#include <string>

#include "deploy/ctl/command.h"

namespace ctl {

class Progress {
 public:
  Progress(const Surroundings& surroundings, std::string what,
           std::size_t total)
      : surroundings_(surroundings), what_(std::move(what)), total_(total) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // One more is done.  A hundred times in all it is told.
  void step() {
    ++done_;
    if (!surroundings_.shows_progress || total_ < kWorthTelling) return;
    if (done_ % (total_ / 100) != 0) return;
    surroundings_.err << '\r' << what_ << ' ' << done_ << " of " << total_
                      << std::flush;
    is_shown_ = true;
  }
  // Before something else is written.
  void clear() {
    if (!is_shown_) return;
    surroundings_.err << "\r\x1b[K" << std::flush;
    is_shown_ = false;
  }

 private:
  static constexpr std::size_t kWorthTelling = 500;

  const Surroundings& surroundings_;
  std::string what_;
  std::size_t total_;
  std::size_t done_ = 0;
  bool is_shown_ = false;
};

}  // namespace ctl
