#include "daemon/worker_pool.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

TEST_CASE("tasks of one thread are run in their order, by another thread") {
  std::vector<int> done;
  std::promise<std::thread::id> last;
  daemons::WorkerPool pool(1, 200);
  for (int i = 0; i < 100; ++i) {
    pool.add([&done, i] { done.push_back(i); });
  }
  pool.add([&last] { last.set_value(std::this_thread::get_id()); });
  CHECK(last.get_future().get() != std::this_thread::get_id());
  REQUIRE(done.size() == 100);
  for (int i = 0; i < 100; ++i) CHECK(done[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("at the end the task under way is waited for, others are dropped") {
  std::promise<void> begun;
  std::promise<void> goes_on;
  bool first_is_done = false;
  bool second_is_done = false;
  const auto owned = std::make_shared<int>(0);
  std::thread ender;
  {
    std::optional<daemons::WorkerPool> pool(std::in_place, 1, 10);
    pool->add([&] {
      begun.set_value();
      goes_on.get_future().wait();
      first_is_done = true;
    });
    pool->add([&, owned] { second_is_done = true; });
    begun.get_future().wait();
    ender = std::thread([&] { pool.reset(); });
    // Long enough for the other thread to say that it is the end; were it not,
    // the second one would be done, and the test fail.
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    goes_on.set_value();
    ender.join();
  }
  CHECK(first_is_done);
  CHECK(!second_is_done);
  CHECK(owned.use_count() == 1);
}
