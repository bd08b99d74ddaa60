#include "limits/gcra.h"

#include <algorithm>

namespace limits {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
// More than anybody means, and so little that no sum below overflows.
constexpr std::uint64_t kMost = 1'000'000'000;
constexpr std::int64_t kLongest = std::int64_t{1} << 52U;

// Microseconds for each unit of cost, at least 1.
std::int64_t interval_of(const Rate& rate) {
  const auto period =
      static_cast<std::int64_t>(std::min(rate.period, kMost)) * kSecond;
  const auto count = static_cast<std::int64_t>(
      std::clamp<std::uint64_t>(rate.count, 1, kMost));
  return std::max<std::int64_t>(period / count, 1);
}

std::int64_t product(std::uint64_t count, std::int64_t interval) {
  const auto factor = static_cast<std::int64_t>(std::min(count, kMost));
  return factor > kLongest / interval ? kLongest : factor * interval;
}

}  // namespace

GcraTerms gcra_terms(const Rate& rate, std::uint64_t cost) {
  const std::int64_t interval = interval_of(rate);
  const std::uint64_t burst = std::max<std::uint64_t>(rate.burst, 1);
  return {product(burst, interval) - product(std::min(cost, burst), interval),
          product(cost, interval)};
}

GcraResult gcra(const Rate& rate, std::uint64_t cost, std::int64_t full_at,
                std::int64_t now) {
  const GcraTerms terms = gcra_terms(rate, cost);
  const std::int64_t begin = std::max(full_at, now);
  return {std::max<std::int64_t>(begin - now - terms.slack, 0),
          begin + terms.added};
}

std::uint64_t seconds_rounded_up(std::int64_t microseconds) {
  return static_cast<std::uint64_t>((microseconds + kSecond - 1) / kSecond);
}

}  // namespace limits
