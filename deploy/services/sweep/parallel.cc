#include "deploy/services/sweep/parallel.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "mailbox/removal.h"

namespace sweep {

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
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) visit(i);
  };
  std::vector<std::thread> others;
  const auto wanted =
      std::min(static_cast<std::size_t>(std::max(threads, 1)), count);
  for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
}

}  // namespace sweep
