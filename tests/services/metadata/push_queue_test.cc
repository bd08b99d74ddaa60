#include "deploy/services/metadata/push_queue.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using metadata::Moment;
using metadata::Notification;
using metadata::PushQueue;
using Added = PushQueue::Added;
using Next = PushQueue::Next;
using Outcome = PushQueue::Outcome;
using std::chrono::milliseconds;
using Names = std::vector<std::string>;

namespace {

constexpr std::time_t kStart = 1'790'000'000;
constexpr std::time_t kLife = metadata::kNotificationLife;

// Seconds after kStart, by both clocks.
Moment at(double seconds) {
  return {milliseconds(static_cast<std::int64_t>(seconds * 1000)),
          kStart + static_cast<std::time_t>(seconds)};
}

struct QueueWorld {
  Added add(const std::string& name, const std::string& token, double when) {
    return queue.add({name, "ann@a.example", at(when).wall, token}, at(when),
                     files);
  }
  // The name of what is taken, or "".
  std::string take(double when) {
    const auto taken = queue.take(at(when));
    return taken ? taken->name : std::string();
  }
  Next finish(const std::string& token, Outcome outcome, double when) {
    return queue.finish(token, outcome, at(when), files);
  }
  Names forgotten() { return std::exchange(files, {}); }

  PushQueue queue{8, 3};
  Names files;
};

}  // namespace

TEST_CASE("what is added is sent at once, in the order of coming") {
  QueueWorld world;
  CHECK_FALSE(world.queue.next_due().has_value());
  CHECK(world.add("1", "b", 0) == Added::kNew);
  CHECK(world.add("2", "a", 0) == Added::kNew);
  CHECK(world.take(0) == "1");
  CHECK(world.take(0) == "2");
  CHECK(world.take(0).empty());
  CHECK(world.finish("b", Outcome::kSent, 1) == Next::kDone);
  CHECK(world.finish("a", Outcome::kGone, 1) == Next::kDone);
  CHECK(world.forgotten() == Names{"1", "2"});
  CHECK(world.queue.size() == 0);
}

TEST_CASE("tries are 8, 64, 512, 4096 seconds apart, and then no more") {
  QueueWorld world;
  world.add("1", "a", 0);
  double now = 0;
  for (const double wait : {8, 64, 512, 4096}) {
    CHECK(world.take(now) == "1");
    CHECK(world.finish("a", Outcome::kFailed, now) == Next::kWaits);
    CHECK(world.queue.next_due() == at(now + wait).steady);
    CHECK(world.take(now + wait - 0.001).empty());
    now += wait;
  }
  CHECK(world.forgotten().empty());
  CHECK(world.take(now) == "1");
  CHECK(world.finish("a", Outcome::kFailed, now) == Next::kDropped);
  CHECK(world.forgotten() == Names{"1"});
  CHECK(world.queue.size() == 0);
}

TEST_CASE("a retry that would come after five hours is not made") {
  QueueWorld world;
  world.queue.add({"1", "ann@a.example", kStart - kLife + 7, "a"}, at(0),
                  world.files);
  CHECK(world.take(0) == "1");
  CHECK(world.finish("a", Outcome::kFailed, 0) == Next::kDropped);
  CHECK(world.forgotten() == Names{"1"});
  CHECK(world.queue.add({"2", "ann@a.example", kStart - kLife - 1, "a"}, at(0),
                        world.files) == Added::kExpired);
  CHECK(world.forgotten() == Names{"2"});
}

TEST_CASE("many for a token that waits are one, with the last one's time") {
  QueueWorld world;
  CHECK(world.add("1", "a", 0) == Added::kNew);
  CHECK(world.add("2", "a", 1) == Added::kMerged);
  CHECK(world.add("3", "a", 2) == Added::kMerged);
  CHECK(world.forgotten() == Names{"1", "2"});
  // One that is older, as it may be read from disk.
  CHECK(world.add("4", "a", 1) == Added::kMerged);
  CHECK(world.forgotten() == Names{"4"});
  CHECK(world.take(2) == "3");
  CHECK(world.take(2).empty());
}

TEST_CASE("many for a token that is being sent are one that follows") {
  QueueWorld world;
  world.add("1", "a", 0);
  CHECK(world.take(0) == "1");
  CHECK(world.add("2", "a", 1) == Added::kMerged);
  CHECK(world.add("3", "a", 1) == Added::kMerged);
  CHECK(world.forgotten() == Names{"2"});
  CHECK(world.take(1).empty());
  CHECK(world.finish("a", Outcome::kSent, 2) == Next::kWaits);
  CHECK(world.forgotten() == Names{"1"});
  CHECK(world.take(2) == "3");
  world.add("4", "a", 3);
  // A token that is gone is gone for what follows, too.
  CHECK(world.finish("a", Outcome::kGone, 3) == Next::kDone);
  CHECK(world.forgotten() == Names{"3", "4"});
  CHECK(world.queue.size() == 0);
}

TEST_CASE("what follows one that failed takes its place and waits") {
  QueueWorld world;
  world.add("1", "a", 0);
  world.take(0);
  world.add("2", "a", 1);
  CHECK(world.finish("a", Outcome::kFailed, 2) == Next::kWaits);
  CHECK(world.forgotten() == Names{"1"});
  CHECK(world.take(9.9).empty());
  CHECK(world.take(10) == "2");
}

TEST_CASE(
    "new mail brings a long wait forward, but not to less than the first") {
  QueueWorld world;
  world.add("1", "a", 0);
  double now = 0;
  for (const double wait : {8, 64, 512}) {
    world.take(now);
    world.finish("a", Outcome::kFailed, now);
    now += wait;
  }
  // The last try was at 72; the next would be at 584.
  CHECK(world.add("2", "a", 74) == Added::kMerged);
  CHECK(world.queue.next_due() == at(80).steady);
  CHECK(world.take(80) == "2");
  CHECK(world.finish("a", Outcome::kFailed, 80) == Next::kWaits);
  CHECK(world.queue.next_due() == at(80 + 64).steady);
}

TEST_CASE("the queue is bounded") {
  QueueWorld world;
  for (const char* token : {"a", "b", "c"}) world.add(token, token, 0);
  CHECK(world.add("d", "d", 0) == Added::kFull);
  CHECK(world.forgotten() == Names{"d"});
  CHECK(world.add("e", "a", 0) == Added::kMerged);
  world.take(0);
  world.finish("a", Outcome::kSent, 0);
  CHECK(world.add("d", "d", 0) == Added::kNew);
}
