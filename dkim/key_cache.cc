#include "dkim/key_cache.h"

#include <iterator>

namespace dkim {
namespace {

// A parsed key with what is prepared for it, and beside that how many numbers
// of a modulus' size it holds once it has verified; the allocator says the same
// (tests/dkim/key_cache_test.cc).
constexpr std::size_t kKeyOctets = 1200;
constexpr std::size_t kNumbers = 4;
// The nodes of a list and of an index, and the shared counts of an answer.
constexpr std::size_t kNodes = 256;

std::size_t octets_of(std::string_view name, const KeyAnswer& answer) {
  std::size_t octets = kNodes + sizeof(KeyAnswer) + name.size();
  if (answer.records) {
    for (const KeyRecord& record : *answer.records) {
      octets += sizeof record;
      if (!record.public_key) continue;
      octets +=
          kKeyOctets + kNumbers * static_cast<std::size_t>(record.bits) / 8;
    }
  }
  if (answer.policy_texts) {
    for (const std::string& text : *answer.policy_texts) {
      octets += sizeof(std::string) + text.capacity();
    }
  }
  return octets;
}

}  // namespace

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
  const std::size_t octets = octets_of(name, answer);
  if (capacity_ == 0 || octets > max_octets_) return;
  while (entries_.size() == capacity_ || octets_ + octets > max_octets_) {
    erase(std::prev(entries_.end()));
  }
  octets_ += octets;
  entries_.push_front(
      {std::string(name), octets, answer, now, now + life, freshness});
  index_.emplace(entries_.front().name, entries_.begin());
}

void KeyCache::erase(std::string_view name) {
  const auto found = index_.find(name);
  if (found != index_.end()) erase(found->second);
}

void KeyCache::erase(Entries::iterator entry) {
  octets_ -= entry->octets;
  index_.erase(entry->name);
  entries_.erase(entry);
}

}  // namespace dkim
