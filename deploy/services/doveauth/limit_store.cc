#include "deploy/services/doveauth/limit_store.h"

#include <algorithm>
#include <cmath>

namespace doveauth {
namespace {

double seconds_of_one(const Rate& rate) {
  return static_cast<double>(rate.period) / static_cast<double>(rate.count);
}

// What is used is a whole number but for the error of doubles.
constexpr double kSlack = 1e-6;

}  // namespace

bool MemoryLimitStore::has_room(const std::string& key, const Rate& rate,
                                std::uint64_t count, double now) {
  const std::lock_guard lock(mutex_);
  const auto found = empty_at_.find(key);
  if (found == empty_at_.end() || found->second <= now) return true;
  const double used = (found->second - now) / seconds_of_one(rate);
  return used + static_cast<double>(count) <=
         static_cast<double>(rate.burst) + kSlack;
}

std::optional<std::uint64_t> MemoryLimitStore::spend(const std::string& key,
                                                     const Rate& rate,
                                                     double now) {
  const std::lock_guard lock(mutex_);
  const double one = seconds_of_one(rate);
  const auto found = empty_at_.find(key);
  const double before =
      found == empty_at_.end() ? now : std::max(found->second, now);
  const double over =
      before + one - now - one * static_cast<double>(rate.burst);
  if (over > kSlack * one) {
    return std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::ceil(over - kSlack)));
  }
  if (found != empty_at_.end()) {
    found->second = before + one;
    return 0;
  }
  make_room(now);
  empty_at_.emplace(key, before + one);
  return 0;
}

void MemoryLimitStore::give_back(const std::string& key, const Rate& rate) {
  const std::lock_guard lock(mutex_);
  const auto found = empty_at_.find(key);
  if (found != empty_at_.end()) found->second -= seconds_of_one(rate);
}

std::size_t MemoryLimitStore::keys() const {
  const std::lock_guard lock(mutex_);
  return empty_at_.size();
}

void MemoryLimitStore::make_room(double now) {
  if (empty_at_.size() < most_keys_) return;
  std::erase_if(empty_at_,
                [now](const auto& entry) { return entry.second <= now; });
  if (empty_at_.size() >= most_keys_) empty_at_.clear();
}

}  // namespace doveauth
