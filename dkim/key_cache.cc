#include "dkim/key_cache.h"

namespace dkim {

std::optional<KeyAnswer> KeyCache::find(std::string_view name, Time now) {
  return find_stale(name, now, std::chrono::seconds(0));
}

std::optional<KeyAnswer> KeyCache::find_stale(std::string_view name, Time now,
                                              std::chrono::seconds grace) {
  const auto found = index_.find(name);
  if (found == index_.end() || found->second->expires + grace <= now) {
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, found->second);
  KeyAnswer answer = found->second->answer;
  answer.cached = true;
  return answer;
}

std::optional<KeyAnswer> KeyCache::find_recent(std::string_view name, Time now,
                                               std::chrono::seconds age) const {
  const auto found = index_.find(name);
  if (found == index_.end() || found->second->answer.cached ||
      found->second->inserted + age <= now ||
      (found->second->answer.status == LookupStatus::kAbsent &&
       found->second->freshness != Freshness::kFresh)) {
    return std::nullopt;
  }
  return found->second->answer;
}

void KeyCache::insert(std::string_view name, const KeyAnswer& answer, Time now,
                      std::chrono::seconds life, Freshness freshness) {
  erase(name);
  if (capacity_ == 0) return;
  if (entries_.size() == capacity_) {
    index_.erase(entries_.back().name);
    entries_.pop_back();
  }
  entries_.push_front({std::string(name), answer, now, now + life, freshness});
  index_.emplace(entries_.front().name, entries_.begin());
}

void KeyCache::erase(std::string_view name) {
  const auto found = index_.find(name);
  if (found == index_.end()) return;
  const auto entry = found->second;
  index_.erase(found);
  entries_.erase(entry);
}

}  // namespace dkim
