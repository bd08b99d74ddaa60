#include "limits/redis_store.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "tests/limits/store_world.h"

namespace {

using limits::LimitUse;
using limits::StoreAnswer;
using limits_test::RedisWorld;

const std::vector<LimitUse> kUses = {{"alice@relay.example", {60, 60, 10}, 1}};

}  // namespace

TEST_CASE("Places of Redis") {
  const struct {
    std::string text;
    std::string told;
  } cases[] = {
      {"unix:/run/redis.sock", "/run/redis.sock  0"},
      {"127.0.0.1:6379", " 127.0.0.1 6379"},
      {"redis.example:1", " redis.example 1"},
      {"[::1]:6379", " ::1 6379"},
      {"unix:run", ""},
      {"localhost", ""},
      {":6379", ""},
      {"::1:6379", ""},
      {"host:0", ""},
      {"host:65536", ""},
      {"host:6379x", ""},
      {"", ""},
  };
  for (const auto& each : cases) {
    CAPTURE(each.text);
    const auto place = limits::parse_redis_place(each.text);
    CHECK((place ? place->path + " " + place->host + " " +
                       std::to_string(place->port)
                 : "") == each.told);
  }
}

TEST_CASE("Redis has no addresses, and keys that go by themselves") {
  RedisWorld world;
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kGranted);
  const auto keys = world.server().keys();
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].find("alice") == std::string::npos);
  const long left = std::stol(world.server().command({"PTTL", keys[0]}));
  CHECK(left > 0);
  CHECK(left <= 1001);
}

TEST_CASE("Redis being away is a temporary error, told once") {
  RedisWorld world;
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kGranted);
  world.server().stop();
  for (int i = 0; i < 5; ++i) {
    CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kTemporaryError);
  }
  CHECK(world.told().size() == 1);
  world.server().start();
  bool granted = false;
  for (int i = 0; i < 100 && !granted; ++i) {
    granted = world.spend(kUses).kind == StoreAnswer::Kind::kGranted;
    if (!granted) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(granted);
  CHECK(world.told().size() == 2);
}

TEST_CASE("A Redis that hangs is given up after its deadline") {
  RedisWorld world;
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kGranted);
  world.server().pause(true);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kTemporaryError);
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(took < std::chrono::seconds(4));
  world.server().pause(false);
}

TEST_CASE("What nobody waits for any more is not spent when Redis goes on") {
  RedisWorld world;
  const std::vector<LimitUse> slow = {{"bob@relay.example", {1, 86400, 10}, 1}};
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kGranted);
  world.server().pause(true);
  CHECK(world.spend(slow).kind == StoreAnswer::Kind::kTemporaryError);
  world.server().pause(false);
  int granted = 0;
  int too_much = 0;
  for (int i = 0; i < 200 && too_much == 0; ++i) {
    switch (world.spend(slow).kind) {
      case StoreAnswer::Kind::kGranted:
        ++granted;
        break;
      case StoreAnswer::Kind::kTooMuch:
        ++too_much;
        break;
      case StoreAnswer::Kind::kTemporaryError:
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        break;
    }
  }
  CHECK(granted == 10);
  CHECK(too_much == 1);
}

TEST_CASE("A Redis that lost its scripts is given this one again") {
  RedisWorld world;
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kGranted);
  world.server().command({"SCRIPT", "FLUSH"});
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kGranted);
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kGranted);
  CHECK(world.told().empty());
}

TEST_CASE("A Redis that takes no writes is a temporary error") {
  RedisWorld world;
  world.server().command({"CONFIG", "SET", "maxmemory", "1"});
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kTemporaryError);
  world.server().command({"CONFIG", "SET", "maxmemory", "0"});
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kGranted);
}

TEST_CASE("What is in a bucket that is no time counts as nothing") {
  RedisWorld world;
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kGranted);
  world.server().command({"SET", world.server().keys().at(0), "not a number"});
  CHECK(world.spend(kUses).kind == StoreAnswer::Kind::kGranted);
}
