// Every case runs against the embedded store and against a real Redis.

#include "limits/limit_store.h"

#include <catch2/catch.hpp>

#include "tests/limits/store_world.h"

namespace {

using limits::LimitUse;
using limits::StoreAnswer;
using limits_test::EmbeddedWorld;
using limits_test::RedisWorld;

constexpr std::int64_t kSecond = 1'000'000;

LimitUse per_minute(const std::string& key, std::uint64_t cost = 1) {
  return {key, {60, 60, 10}, cost};
}

LimitUse per_day(const std::string& key, std::uint64_t cost = 1) {
  return {key, {3, 86400, 3}, cost};
}

std::string limit_key(const std::string& limit,
                      const std::vector<std::string>& by) {
  std::string key;
  limits::append_text(limit, key);
  for (const std::string& text : by) limits::append_text(text, key);
  return key;
}

}  // namespace

TEMPLATE_TEST_CASE("The burst is granted and not one more", "", EmbeddedWorld,
                   RedisWorld) {
  TestType world;
  for (int i = 0; i < 10; ++i) {
    REQUIRE(world.look({per_minute("a")}).kind == StoreAnswer::Kind::kGranted);
    REQUIRE(world.spend({per_minute("a")}).kind == StoreAnswer::Kind::kGranted);
  }
  const StoreAnswer looked = world.look({per_minute("a")});
  CHECK(looked.kind == StoreAnswer::Kind::kTooMuch);
  CHECK(looked.wait == 1);
  const StoreAnswer refused = world.spend({per_minute("a")});
  CHECK(refused.kind == StoreAnswer::Kind::kTooMuch);
  CHECK(refused.limit == 0);
  CHECK(refused.wait == 1);
  CHECK(world.spend({per_minute("b")}).kind == StoreAnswer::Kind::kGranted);
  world.advance(kSecond);
  CHECK(world.spend({per_minute("a")}).kind == StoreAnswer::Kind::kGranted);
  CHECK(world.spend({per_minute("a")}).kind == StoreAnswer::Kind::kTooMuch);
}

TEMPLATE_TEST_CASE("A look spends nothing", "", EmbeddedWorld, RedisWorld) {
  TestType world;
  for (int i = 0; i < 50; ++i) {
    REQUIRE(world.look({per_day("a")}).kind == StoreAnswer::Kind::kGranted);
  }
  for (int i = 0; i < 3; ++i) {
    CHECK(world.spend({per_day("a")}).kind == StoreAnswer::Kind::kGranted);
  }
}

TEMPLATE_TEST_CASE("A message is counted by all its limits or by none", "",
                   EmbeddedWorld, RedisWorld) {
  TestType world;
  for (int i = 0; i < 3; ++i) {
    CHECK(world.spend({per_minute("m"), per_day("d")}).kind ==
          StoreAnswer::Kind::kGranted);
  }
  for (int i = 0; i < 5; ++i) {
    const StoreAnswer refused = world.spend({per_minute("m"), per_day("d")});
    CHECK(refused.kind == StoreAnswer::Kind::kTooMuch);
    CHECK(refused.limit == 1);
    // A day in three parts; a little of it has gone by with Redis.
    CHECK(refused.wait <= 28800);
    CHECK(refused.wait >= 28790);
  }
  // What was refused took nothing out of the other bucket.
  CHECK(world.spend({per_minute("m", 7)}).kind == StoreAnswer::Kind::kGranted);
}

TEMPLATE_TEST_CASE("Of several limits the one with the longest wait is told",
                   "", EmbeddedWorld, RedisWorld) {
  TestType world;
  CHECK(world.spend({per_minute("m", 10), per_day("d", 3)}).kind ==
        StoreAnswer::Kind::kGranted);
  CHECK(world.look({per_minute("m"), per_day("d")}).limit == 1);
  CHECK(world.look({per_day("d"), per_minute("m")}).limit == 0);
}

TEMPLATE_TEST_CASE("A cost is spent as a whole", "", EmbeddedWorld,
                   RedisWorld) {
  TestType world;
  CHECK(world.spend({per_minute("a", 4)}).kind == StoreAnswer::Kind::kGranted);
  CHECK(world.spend({per_minute("a", 7)}).kind == StoreAnswer::Kind::kTooMuch);
  CHECK(world.spend({per_minute("a", 6)}).kind == StoreAnswer::Kind::kGranted);
  // More than the burst, out of a full bucket.
  CHECK(world.spend({per_minute("b", 30)}).kind == StoreAnswer::Kind::kGranted);
  const StoreAnswer refused = world.spend({per_minute("b", 1)});
  CHECK(refused.kind == StoreAnswer::Kind::kTooMuch);
  CHECK(refused.wait <= 21);
  CHECK(refused.wait >= 20);
}

TEMPLATE_TEST_CASE("One fact's text does not run into the next one's", "",
                   EmbeddedWorld, RedisWorld) {
  TestType world;
  const std::string key = limit_key("rate", {"ab", "c"});
  CHECK(world.spend({per_minute(key, 10)}).kind == StoreAnswer::Kind::kGranted);
  CHECK(world.spend({per_minute(key)}).kind == StoreAnswer::Kind::kTooMuch);
  for (const std::string& other :
       {limit_key("rate", {"a", "bc"}), limit_key("rate", {"abc"}),
        limit_key("ratea", {"b"}), limit_key("rate", {"ab", "c", ""}),
        limit_key("rate", {"ab1:c"})}) {
    CHECK(world.spend({per_minute(other)}).kind == StoreAnswer::Kind::kGranted);
  }
}

TEMPLATE_TEST_CASE("What was spent is spent after a restart", "", EmbeddedWorld,
                   RedisWorld) {
  TestType world;
  CHECK(world.spend({per_day("a", 3), per_minute("m", 2)}).kind ==
        StoreAnswer::Kind::kGranted);
  world.restart();
  CHECK(world.spend({per_day("a")}).kind == StoreAnswer::Kind::kTooMuch);
  CHECK(world.spend({per_minute("m", 9)}).kind == StoreAnswer::Kind::kTooMuch);
  CHECK(world.spend({per_minute("n", 9)}).kind == StoreAnswer::Kind::kGranted);
}

TEMPLATE_TEST_CASE("No limit is no question", "", EmbeddedWorld, RedisWorld) {
  TestType world;
  CHECK(world.look({}).kind == StoreAnswer::Kind::kGranted);
  CHECK(world.spend({}).kind == StoreAnswer::Kind::kGranted);
}

TEMPLATE_TEST_CASE("What is given back can be spent again, and no more", "",
                   EmbeddedWorld, RedisWorld) {
  TestType world;
  for (int i = 0; i < 3; ++i) world.spend({per_day("a")});
  CHECK(world.spend({per_day("a")}).kind == StoreAnswer::Kind::kTooMuch);
  CHECK(world.give_back({per_day("a")}).kind == StoreAnswer::Kind::kGranted);
  // What nobody spent is full, and stays it.
  CHECK(world.give_back({per_day("b", 100)}).kind ==
        StoreAnswer::Kind::kGranted);
  world.restart();
  CHECK(world.spend({per_day("a")}).kind == StoreAnswer::Kind::kGranted);
  CHECK(world.spend({per_day("a")}).kind == StoreAnswer::Kind::kTooMuch);
  for (int i = 0; i < 10; ++i) world.give_back({per_day("a")});
  for (int i = 0; i < 3; ++i) {
    CHECK(world.spend({per_day("a")}).kind == StoreAnswer::Kind::kGranted);
    CHECK(world.spend({per_day("b")}).kind == StoreAnswer::Kind::kGranted);
  }
  CHECK(world.spend({per_day("a")}).kind == StoreAnswer::Kind::kTooMuch);
  CHECK(world.spend({per_day("b")}).kind == StoreAnswer::Kind::kTooMuch);
}
