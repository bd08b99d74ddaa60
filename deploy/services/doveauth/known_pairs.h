#pragma once

// Which pairs of address and password were asked for before.
//
// To ask for the same pair again tells a guesser nothing, and it is what every
// phone does all day; so only new pairs are counted as guesses.  What is kept
// is 128 bits under a key of this process, in memory only, and bound to the
// stored hash, so that a new password makes its pairs new.
//
// When a generation is full the one before it is forgotten.

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_set>

namespace doveauth {

class KnownPairs {
 public:
  struct Pair {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool operator==(const Pair&) const = default;
  };

  explicit KnownPairs(std::size_t generation);

  Pair pair(std::string_view address, std::string_view stored_hash,
            std::string_view password) const;
  bool contains(const Pair& pair);
  void add(const Pair& pair);

 private:
  struct Hash {
    std::size_t operator()(const Pair& pair) const { return pair.low; }
  };

  std::size_t generation_;
  std::array<unsigned char, 32> key_{};
  std::mutex mutex_;
  std::unordered_set<Pair, Hash> young_;
  std::unordered_set<Pair, Hash> old_;
};

}  // namespace doveauth
