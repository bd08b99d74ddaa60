#include "limits/gcra.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <random>

namespace {

using limits::gcra;
using limits::GcraResult;
using limits::Rate;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kNow = 1'800'000'000 * kSecond;

// The slow way: a bucket of tokens, in millionths of a token for each
// microsecond; exact where an interval is a whole number of microseconds.
class Tokens {
 public:
  explicit Tokens(const Rate& rate)
      : interval_(static_cast<std::int64_t>(rate.period) * kSecond /
                  static_cast<std::int64_t>(rate.count)),
        full_(static_cast<std::int64_t>(rate.burst) * interval_),
        level_(full_) {}

  // Microseconds to wait; 0: taken.
  std::int64_t take(std::int64_t cost, std::int64_t now) {
    level_ = std::min(full_, level_ + (now - last_));
    last_ = now;
    const std::int64_t needed = std::min(full_, cost * interval_);
    if (level_ < needed) return needed - level_;
    level_ -= cost * interval_;
    return 0;
  }

 private:
  std::int64_t interval_;
  std::int64_t full_;
  std::int64_t level_;
  std::int64_t last_ = kNow;
};

}  // namespace

TEST_CASE("The burst is granted, and then one for each interval") {
  const Rate rates[] = {
      {60, 60, 10}, {60, 60, 1}, {7, 60, 3}, {1, 86400, 1}, {1000000, 1, 5}};
  for (const Rate& rate : rates) {
    CAPTURE(rate.count, rate.period, rate.burst);
    std::int64_t full_at = 0;
    for (std::uint64_t i = 0; i < rate.burst; ++i) {
      const GcraResult result = gcra(rate, 1, full_at, kNow);
      REQUIRE(result.wait == 0);
      full_at = result.full_at;
    }
    const GcraResult refused = gcra(rate, 1, full_at, kNow);
    const auto interval =
        static_cast<std::int64_t>(rate.period * kSecond / rate.count);
    CHECK(refused.wait == interval);
    // The wait is exact: not a microsecond earlier.
    CHECK(gcra(rate, 1, full_at, kNow + refused.wait - 1).wait == 1);
    CHECK(gcra(rate, 1, full_at, kNow + refused.wait).wait == 0);
  }
}

TEST_CASE("A cost above the burst needs a full bucket and is paid in full") {
  const Rate rate{60, 60, 10};
  const GcraResult first = gcra(rate, 25, 0, kNow);
  CHECK(first.wait == 0);
  CHECK(gcra(rate, 1, first.full_at, kNow).wait == 16 * kSecond);
  CHECK(gcra(rate, 25, first.full_at, kNow).wait == 25 * kSecond);
  CHECK(gcra(rate, 11, kNow + 1, kNow).wait == 1);
}

TEST_CASE("It counts as a bucket of tokens does") {
  std::mt19937 random(7);
  const Rate rates[] = {{60, 60, 10}, {10, 3600, 10}, {4, 1, 100}, {1, 1, 1}};
  for (const Rate& rate : rates) {
    Tokens tokens(rate);
    std::int64_t full_at = 0;
    std::int64_t now = kNow;
    for (int i = 0; i < 20000; ++i) {
      now += static_cast<std::int64_t>(random() % (2 * kSecond));
      const std::int64_t cost = 1 + static_cast<std::int64_t>(random() % 20);
      const GcraResult result =
          gcra(rate, static_cast<std::uint64_t>(cost), full_at, now);
      REQUIRE(result.wait == tokens.take(cost, now));
      if (result.wait == 0) full_at = result.full_at;
    }
  }
}

TEST_CASE("A wait is told in seconds that are long enough") {
  CHECK(limits::seconds_rounded_up(0) == 0);
  CHECK(limits::seconds_rounded_up(1) == 1);
  CHECK(limits::seconds_rounded_up(kSecond) == 1);
  CHECK(limits::seconds_rounded_up(kSecond + 1) == 2);
}

TEST_CASE("No number overflows") {
  constexpr auto most = UINT64_MAX;
  for (const Rate& rate : {Rate{1, most, most}, Rate{most, 1, most},
                           Rate{0, 0, 0}, Rate{most, most, most}}) {
    const GcraResult result = gcra(rate, most, 0, kNow);
    CHECK(result.wait == 0);
    CHECK(result.full_at >= kNow);
    CHECK(gcra(rate, most, result.full_at, kNow).wait >= 0);
  }
}
