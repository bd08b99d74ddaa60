#include "deploy/services/sweep/printer.h"

#include <utility>

namespace sweep {
namespace {

constexpr std::chrono::milliseconds kStep{200};

}  // namespace

void Printer::print(std::size_t index, Text text) {
  const std::lock_guard lock(mutex_);
  ++done_;
  if (index == next_) {
    write(text);
    ++next_;
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
      write(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      ++next_;
    }
  } else {
    waiting_.emplace(index, std::move(text));
  }
  show_progress();
}

void Printer::write(const Text& text) {
  if (text.out.empty() && text.err.empty()) return;
  clear_progress();
  std::fwrite(text.out.data(), 1, text.out.size(), streams_.out);
  std::fwrite(text.err.data(), 1, text.err.size(), streams_.err);
}

void Printer::show_progress() {
  if (!streams_.shows_progress) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - shown_at_ < kStep) return;
  shown_at_ = now;
  progress_is_shown_ = true;
  std::fflush(streams_.out);
  std::fprintf(streams_.err, "\r%zu of %zu mailboxes", done_, count_);
  std::fflush(streams_.err);
}

void Printer::clear_progress() {
  if (!progress_is_shown_) return;
  progress_is_shown_ = false;
  // ECMA-48: to the first column, and erase the line.
  std::fputs("\r\x1b[K", streams_.err);
  std::fflush(streams_.err);
}

}  // namespace sweep
