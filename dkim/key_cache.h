#pragma once

// Parsed key records by name, each until its TTL is over, at most `capacity`
// of them; the one that was not used for the longest time goes first.
//
// Not thread-safe: its owner holds a lock.  Time is an argument.

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "dkim/key_resolver.h"

namespace dkim {

class KeyCache {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit KeyCache(std::size_t capacity) : capacity_(capacity) {}

  // The answer, marked as cached, if it still holds at `now`.
  std::optional<KeyAnswer> find(std::string_view name, Time now);
  // The answer if it was over for at most `grace`: for when the DNS is down.
  std::optional<KeyAnswer> find_stale(std::string_view name, Time now,
                                      std::chrono::seconds grace);
  // The answer, not marked as cached, if it came from the network within
  // `age` before `now`; that a key is absent only when it was asked for twice.
  std::optional<KeyAnswer> find_recent(std::string_view name, Time now,
                                       std::chrono::seconds age) const;
  // An answer that is marked as cached is of unknown age.
  void insert(std::string_view name, const KeyAnswer& answer, Time now,
              std::chrono::seconds life,
              Freshness freshness = Freshness::kCacheAllowed);
  void erase(std::string_view name);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string name;
    KeyAnswer answer;
    Time inserted;
    Time expires;
    Freshness freshness;
  };
  using Entries = std::list<Entry>;  // most recently used first

  std::size_t capacity_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> index_;
};

}  // namespace dkim
