#include "limits/bucket_table.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace {

using limits::Bucket;
using limits::BucketTable;
using limits::Hash128;

Hash128 key_of(std::uint64_t number) {
  const limits::SipKey key{};
  return limits::sip_hash(
      key, {reinterpret_cast<const char*>(&number), sizeof number});
}

}  // namespace

TEST_CASE("A table has what was put into it, until its time has come") {
  std::mt19937 random(3);
  BucketTable table(limits::kMaxLiveKeys);
  std::map<std::uint64_t, std::int64_t> expected;
  std::int64_t now = 1000;
  for (int i = 0; i < 200'000; ++i) {
    now += static_cast<std::int64_t>(random() % 10);
    const std::uint64_t number = random() % 20'000;
    const auto full_at = now + 1 + static_cast<std::int64_t>(random() % 50'000);
    table.set(key_of(number), full_at, now);
    expected[number] = full_at;
    if (i % 100 == 0) {
      table.sweep(random() % limits::kShards, now);
    }
  }
  std::size_t live = 0;
  for (const auto& [number, full_at] : expected) {
    const std::int64_t found = table.full_at(key_of(number));
    if (full_at > now) {
      REQUIRE(found == full_at);
      ++live;
    } else {
      REQUIRE((found == 0 || found == full_at));
    }
  }
  std::size_t listed = 0;
  for (std::size_t shard = 0; shard < limits::kShards; ++shard) {
    listed += table.live(shard, now).size();
  }
  CHECK(live > 1000);
  CHECK(listed == live);
  CHECK(table.size() >= live);
  CHECK(table.evicted() == 0);
}

TEST_CASE("Keys whose time has come go, and their memory with them") {
  BucketTable table(limits::kMaxLiveKeys);
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    table.set(key_of(i), i < 9000 ? 100 : 1000, 1);
  }
  CHECK(table.size() == 10'000);
  for (std::size_t shard = 0; shard < limits::kShards; ++shard) {
    table.sweep(shard, 100);
  }
  CHECK(table.size() == 1000);
  for (std::size_t shard = 0; shard < limits::kShards; ++shard) {
    table.sweep(shard, 1000);
  }
  CHECK(table.size() == 0);
}

TEST_CASE("At the bound the keys go that are full again first") {
  constexpr std::size_t most = 10 * limits::kShards;
  BucketTable table(most);
  for (std::uint64_t i = 0; i < 20 * most; ++i) {
    // Later ones are full earlier.
    table.set(key_of(i), static_cast<std::int64_t>(2'000'000 - i), 1);
    REQUIRE(table.size() <= most);
  }
  CHECK(table.evicted() > 0);
  // Of the first ones, which are full last, many are there.
  std::size_t kept = 0;
  for (std::uint64_t i = 0; i < most / 4; ++i) {
    kept += table.full_at(key_of(i)) != 0 ? 1U : 0U;
  }
  CHECK(kept > most / 8);
}
