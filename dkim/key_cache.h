#pragma once

// Parsed key records by name, each until its TTL is over, at most `capacity`
// names and about `max_octets` in all, for a name may bring several long keys;
// what was not used for the longest time goes first.
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

  KeyCache(std::size_t capacity, std::size_t max_octets)
      : capacity_(capacity), max_octets_(max_octets) {}

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
  // What the entries take, as far as it can be told from outside.
  std::size_t octets() const { return octets_; }

 private:
  struct Entry {
    std::string name;
    std::size_t octets = 0;
    KeyAnswer answer;
    Time inserted;
    Time expires;
    Freshness freshness;
  };
  using Entries = std::list<Entry>;  // most recently used first

  void erase(Entries::iterator entry);

  std::size_t capacity_;
  std::size_t max_octets_;
  std::size_t octets_ = 0;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> index_;
};

}  // namespace dkim
