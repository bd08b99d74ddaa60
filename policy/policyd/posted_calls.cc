#include "policy/policyd/posted_calls.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace policyd {

PostedCalls::PostedCalls() : file_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (file_ < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
}

PostedCalls::~PostedCalls() { close(file_); }

void PostedCalls::post(std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
  }
  eventfd_write(file_, 1);
}

void PostedCalls::run() {
  // Read before the calls are taken: one posted meanwhile wakes up again.
  eventfd_t ignored = 0;
  eventfd_read(file_, &ignored);
  std::vector<std::function<void()>> calls;
  {
    const std::lock_guard lock(mutex_);
    calls.swap(calls_);
  }
  for (const auto& call : calls) call();
}

}  // namespace policyd
