#include "deploy/services/sweep/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "mailbox/removal.h"

namespace sweep {
namespace {

// A thread takes neighbours: what the system knows of them is often together.
// Not so many that at the end one thread has all that is left.
constexpr std::size_t kMostAtOnce = 32;
constexpr std::size_t kShares = 16;

}  // namespace

std::optional<Names> names_in(const mailbox::Mailboxes& mailboxes,
                              std::string& error) {
  Names names;
  const bool all = mailboxes.for_each_name(
      [&](const char* name) {
        if (std::strchr(name, '@') != nullptr) {
          names.mailboxes.emplace_back(name);
        } else if (mailbox::is_leftover(name)) {
          names.leftovers.emplace_back(name);
        }
      },
      error);
  if (!all) return std::nullopt;
  std::sort(names.mailboxes.begin(), names.mailboxes.end());
  return names;
}

void in_parallel(std::size_t count, int threads,
                 const std::function<void(std::size_t)>& visit) {
  std::atomic<std::size_t> next{0};
  const auto wanted =
      std::min(static_cast<std::size_t>(std::max(threads, 1)), count);
  if (wanted == 0) return;
  const std::size_t step =
      std::clamp(count / wanted / kShares, std::size_t{1}, kMostAtOnce);
  const auto work = [&] {
    for (std::size_t i = next.fetch_add(step); i < count;
         i = next.fetch_add(step)) {
      const std::size_t end = std::min(i + step, count);
      for (std::size_t one = i; one < end; ++one) visit(one);
    }
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < wanted; ++i) {
    others.emplace_back([&] {
      // A table of open files of its own: opening and closing, which is most
      // of the work, then waits for nobody.  Not granted, it only costs more.
      (void)unshare(CLONE_FILES);
      work();
    });
  }
  work();
  for (std::thread& other : others) other.join();
}

}  // namespace sweep
