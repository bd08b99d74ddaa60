#pragma once

// The generic cell rate algorithm (ITU-T I.371, as a "virtual scheduling"):
// of a bucket nothing is kept but the time at which it will be full again.
//
// Times are microseconds since the epoch, as whole numbers that both stores
// can calculate with exactly (Redis has doubles: 2^53 microseconds last until
// the year 2255).  An interval that is no whole number of microseconds is
// rounded down, in the sender's favour.
//
// A message that costs more than the whole burst could never pass; it may,
// when the bucket is full, and its sender waits the longer afterwards.

#include <cstdint>

namespace limits {

// `count` messages in `period`, `burst` of them at once.
struct Rate {
  std::uint64_t count = 1;
  std::uint64_t period = 1;  // seconds
  std::uint64_t burst = 1;

  bool operator==(const Rate&) const = default;
};

// The two numbers, in microseconds, that a cost comes to under a rate.
struct GcraTerms {
  std::int64_t slack = 0;  // how far from full the bucket may be beforehand
  std::int64_t added = 0;  // how much farther it is afterwards
};
GcraTerms gcra_terms(const Rate& rate, std::uint64_t cost);

struct GcraResult {
  std::int64_t wait = 0;     // microseconds; 0: granted
  std::int64_t full_at = 0;  // of the bucket, once the cost is spent
};

// `full_at` is what is kept of the bucket; any time in the past, or 0, is a
// full one.
GcraResult gcra(const Rate& rate, std::uint64_t cost, std::int64_t full_at,
                std::int64_t now);

// For people: never shorter than the wait.
std::uint64_t seconds_rounded_up(std::int64_t microseconds);

}  // namespace limits
