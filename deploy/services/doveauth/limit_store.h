#pragma once

// How much of each limit is used.
//
// A store keeps, for each key, when its bucket will be empty again (the generic
// cell rate algorithm, ITU-T I.371): one number a key.  Time is an argument.

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace doveauth {

// `count` in `period` seconds, of which `burst` may come at once.
struct Rate {
  std::uint64_t count = 1;
  std::uint64_t period = 1;
  std::uint64_t burst = 1;
};

class LimitStore {
 public:
  virtual ~LimitStore() = default;
  // Whether `count` more, at most the burst, would be granted now; true when
  // nobody can tell.
  virtual bool has_room(const std::string& key, const Rate& rate,
                        std::uint64_t count, double now) = 0;
  // Uses one, and gives 0; or uses none, and gives the seconds (at least 1)
  // until there will be one.  nullopt: nobody can tell for the moment.
  virtual std::optional<std::uint64_t> spend(const std::string& key,
                                             const Rate& rate, double now) = 0;
  // Takes back a spend().
  virtual void give_back(const std::string& key, const Rate& rate) = 0;
};

// In this process, and gone with it.  When there are too many keys, those that
// are empty again go, and if that is not enough, all.
class MemoryLimitStore final : public LimitStore {
 public:
  explicit MemoryLimitStore(std::size_t most_keys) : most_keys_(most_keys) {}

  bool has_room(const std::string& key, const Rate& rate, std::uint64_t count,
                double now) override;
  std::optional<std::uint64_t> spend(const std::string& key, const Rate& rate,
                                     double now) override;
  void give_back(const std::string& key, const Rate& rate) override;
  std::size_t keys() const;

 private:
  void make_room(double now);

  mutable std::mutex mutex_;
  std::size_t most_keys_;
  std::unordered_map<std::string, double> empty_at_;  // seconds
};

}  // namespace doveauth
