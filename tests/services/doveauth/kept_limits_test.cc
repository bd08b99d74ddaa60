#include "deploy/services/doveauth/kept_limits.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/daemon/temporary_directory.h"
#include "tests/limits/store_world.h"

namespace {

// Nothing comes back while the test runs.
constexpr doveauth::Rate kThree{3, 86'400, 3};

struct KeptWorld {
  std::unique_ptr<doveauth::LimitStore> open(const std::string& lines) {
    const auto file = daemons::parse_settings(
        "[params]\nmail_domain = a.example\n" + lines, "chatmail.ini");
    REQUIRE(file.errors.empty());
    return doveauth::KeptLimits::open(
        file.settings,
        [this](const std::string& line) { told.push_back(line); });
  }
  std::string embedded(const std::string& name = "state") const {
    return "doveauth_state_dir = " + directory.path(name) + "\n";
  }

  test::TemporaryDirectory directory;
  std::vector<std::string> told;
};

bool is_granted(doveauth::LimitStore& store, const std::string& key) {
  return store.spend(key, kThree, 0) == 0;
}

}  // namespace

TEST_CASE("what is used is used after a restart, and what is given back not") {
  KeptWorld world;
  {
    const auto store = world.open(world.embedded());
    for (int i = 0; i < 3; ++i) {
      CHECK(store->has_room("full", kThree, 3 - i, 0));
      CHECK(is_granted(*store, "full"));
      CHECK_FALSE(store->has_room("full", kThree, 3 - i, 0));
      CHECK(is_granted(*store, "back"));
    }
    CHECK(*store->spend("full", kThree, 0) > 28'000);
    store->give_back("back", kThree);
  }
  const auto store = world.open(world.embedded());
  CHECK_FALSE(store->has_room("full", kThree, 1, 0));
  CHECK_FALSE(is_granted(*store, "full"));
  CHECK(is_granted(*store, "back"));
  CHECK_FALSE(is_granted(*store, "back"));
  CHECK(is_granted(*store, "other"));
  CHECK(world.told.empty());
}

TEST_CASE("without a directory limits hold, and somebody is told") {
  KeptWorld world;
  for (int round = 0; round < 2; ++round) {
    const auto store = world.open(world.embedded("not/there"));
    for (int i = 0; i < 3; ++i) CHECK(is_granted(*store, "a"));
    CHECK_FALSE(is_granted(*store, "a"));
  }
  REQUIRE(world.told.size() == 2);
  CHECK(world.told[0].starts_with("doveauth_state_dir: "));
  CHECK(world.told[0].ends_with("; limits are forgotten at a restart"));
}

TEST_CASE("many threads spend no more than there is") {
  KeptWorld world;
  const auto store = world.open(world.embedded());
  const doveauth::Rate rate{500, 86'400, 500};
  std::atomic<int> granted = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 500; ++n) {
        if (store->spend("a", rate, 0) == 0) ++granted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(granted == 500);
}

TEST_CASE(
    "with Redis two hosts share them; without an answer nobody can tell") {
  limits_test::RedisServer redis;
  KeptWorld world;
  const std::string lines =
      "limits_store = redis:unix:" + redis.socket() + "\n";
  const auto one = world.open(lines);
  const auto other = world.open(lines);
  CHECK(is_granted(*one, "a"));
  CHECK(is_granted(*other, "a"));
  CHECK(is_granted(*one, "a"));
  CHECK_FALSE(is_granted(*other, "a"));
  CHECK_FALSE(other->has_room("a", kThree, 1, 0));
  one->give_back("a", kThree);
  CHECK(is_granted(*other, "a"));
  std::signal(SIGPIPE, SIG_IGN);  // as the program does
  redis.stop();
  CHECK(one->spend("a", kThree, 0) == std::nullopt);
  CHECK(one->has_room("a", kThree, 1, 0));
}
