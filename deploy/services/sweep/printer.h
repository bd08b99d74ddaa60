#pragma once

// What many threads have to say, in the order of the mailboxes, and how far
// they are.
//
// Lines for stdout and stderr go out when those of all mailboxes before did.
// Where stderr is a terminal, its last line tells the progress, and is gone at
// the end.

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>

namespace sweep {

struct Text {
  std::string out{};
  std::string err{};
};

class Printer {
 public:
  struct Streams {
    std::FILE* out = nullptr;
    std::FILE* err = nullptr;
    bool shows_progress = false;
  };
  Printer(const Streams& streams, std::size_t count)
      : streams_(streams), count_(count) {}
  ~Printer() { clear_progress(); }
  Printer(const Printer&) = delete;
  Printer& operator=(const Printer&) = delete;

  // Of mailbox `index`, once each.  Any thread.
  void print(std::size_t index, Text text);

 private:
  void write(const Text& text);
  void show_progress();
  void clear_progress();

  Streams streams_;
  std::size_t count_;
  std::mutex mutex_;
  std::size_t next_ = 0;                 // whose turn it is
  std::map<std::size_t, Text> waiting_;  // those who are too early
  std::size_t done_ = 0;
  bool progress_is_shown_ = false;
  std::chrono::steady_clock::time_point shown_at_{};
};

}  // namespace sweep
