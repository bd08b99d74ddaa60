#include "deploy/services/doveauth/known_pairs.h"

#include <catch2/catch.hpp>
#include <string>

using doveauth::KnownPairs;

TEST_CASE("a pair is known by all of its parts") {
  KnownPairs pairs(10);
  const auto pair = pairs.pair("ann@a.example", "{X}hash", "password");
  CHECK_FALSE(pairs.contains(pair));
  pairs.add(pair);
  CHECK(pairs.contains(pairs.pair("ann@a.example", "{X}hash", "password")));
  CHECK_FALSE(
      pairs.contains(pairs.pair("bob@a.example", "{X}hash", "password")));
  CHECK_FALSE(
      pairs.contains(pairs.pair("ann@a.example", "{X}other", "password")));
  CHECK_FALSE(
      pairs.contains(pairs.pair("ann@a.example", "{X}hash", "Password")));
  // Where one part ends is a part of it.
  CHECK_FALSE(
      pairs.contains(pairs.pair("ann@a.exampl", "e{X}hash", "password")));
}

TEST_CASE("each process has its own key") {
  KnownPairs one(10);
  KnownPairs two(10);
  CHECK_FALSE(one.pair("a", "b", "c") == two.pair("a", "b", "c"));
}

TEST_CASE("what is in use outlives its generation, the rest is forgotten") {
  KnownPairs pairs(100);
  const auto used = pairs.pair("used", "h", "p");
  const auto idle = pairs.pair("idle", "h", "p");
  pairs.add(used);
  pairs.add(idle);
  for (int i = 0; i < 500; ++i) {
    pairs.add(pairs.pair(std::to_string(i), "h", "p"));
    REQUIRE(pairs.contains(used));
  }
  CHECK_FALSE(pairs.contains(idle));
}
