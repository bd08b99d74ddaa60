#include "deploy/services/doveauth/limit_store.h"

#include <catch2/catch.hpp>
#include <string>

using doveauth::MemoryLimitStore;
using doveauth::Rate;

namespace {

constexpr double kNow = 1'790'000'000.25;

}  // namespace

TEST_CASE("a burst may come at once, and then one each interval") {
  MemoryLimitStore store(10);
  const Rate rate{60, 3600, 5};  // one a minute
  for (std::uint64_t i = 0; i < rate.burst; ++i) {
    CHECK(store.has_room("a", rate, rate.burst - i, kNow));
    CHECK(!store.has_room("a", rate, rate.burst - i + 1, kNow) == (i > 0));
    CHECK(store.spend("a", rate, kNow) == 0);
  }
  CHECK(!store.has_room("a", rate, 1, kNow));
  CHECK(store.spend("a", rate, kNow) == 60);
  CHECK(store.spend("a", rate, kNow + 59) == 1);
  CHECK(store.spend("a", rate, kNow + 60) == 0);
  CHECK(store.spend("a", rate, kNow + 60) == 60);
  CHECK(store.has_room("a", rate, 1, kNow + 120));
  CHECK(!store.has_room("a", rate, 2, kNow + 120));
  CHECK(store.has_room("a", rate, 5, kNow + 10'000));
  CHECK(store.has_room("b", rate, 5, kNow));
}

TEST_CASE("what is refused uses nothing") {
  MemoryLimitStore store(10);
  const Rate rate{1, 10, 1};
  CHECK(store.spend("a", rate, kNow) == 0);
  for (int i = 0; i < 100; ++i) CHECK(store.spend("a", rate, kNow + 5) == 5);
  CHECK(store.spend("a", rate, kNow + 10) == 0);
}

TEST_CASE("what is given back can be used again") {
  MemoryLimitStore store(10);
  const Rate rate{10, 10, 2};
  store.spend("a", rate, kNow);
  store.spend("a", rate, kNow);
  CHECK(store.spend("a", rate, kNow) == 1);
  store.give_back("a", rate);
  store.give_back("none", rate);
  CHECK(store.spend("a", rate, kNow) == 0);
  CHECK(store.spend("a", rate, kNow) == 1);
}

TEST_CASE("a clock that goes back frees nobody and locks nobody out for good") {
  MemoryLimitStore store(10);
  const Rate rate{1, 1, 3};
  store.spend("a", rate, kNow);
  CHECK(!store.has_room("a", rate, 1, kNow - 3600));
  CHECK(store.spend("a", rate, kNow - 3600) > 0);
  CHECK(store.spend("a", rate, kNow + 5) == 0);
}

TEST_CASE("the store is bounded, and forgets the idle first") {
  MemoryLimitStore store(100);
  const Rate rate{1, 1, 1};
  const Rate slow{1, 1000, 1};
  for (int i = 0; i < 50; ++i) store.spend("s" + std::to_string(i), slow, kNow);
  for (int i = 0; i < 50; ++i) store.spend("f" + std::to_string(i), rate, kNow);
  CHECK(store.keys() == 100);
  store.spend("new", rate, kNow + 2);
  CHECK(store.keys() == 51);
  CHECK(store.spend("s7", slow, kNow + 2) > 0);
  for (int i = 0; i < 1000; ++i) {
    store.spend("t" + std::to_string(i), slow, kNow + 2);
  }
  CHECK(store.keys() <= 100);
}
