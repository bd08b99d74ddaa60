#include "deploy/services/dict/limits.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/services/dict/memory_service.h"
#include "tests/services/dict/session_world.h"

TEST_CASE("a line of the greatest length is read, a longer one fails") {
  test::SlowService service;
  test::SessionWorld world(service);
  const std::string longest(dict::kMaxLine - 1, 'k');
  for (const std::size_t chunk : {std::size_t{1000}, std::size_t{1} << 20}) {
    std::string all = "L" + longest;
    all += "\nL" + longest;
    all += "k\nLshort\tann\n";
    for (std::size_t at = 0; at < all.size(); at += chunk) {
      world.session->receive(std::string_view(all).substr(at, chunk));
    }
    REQUIRE(service.asked.size() == 2);
    CHECK(service.asked[0].size() == longest.size() + 13);
    CHECK(service.asked[1] == "look up short for ann");
    for (auto& reply : service.replies) reply.not_found();
    CHECK(world.take() == "N\nFthe line is too long\nN\n");
    service.asked.clear();
    service.replies.clear();
  }
}

TEST_CASE("a value that is too long spoils its transaction") {
  test::SlowService service;
  test::SessionWorld world(service);
  world.session->receive("B1\tann\nB2\tbob\nS2\tb\t2\nS1\ta\t");
  const std::string piece(50'000, 'x');
  for (int i = 0; i < 40; ++i) world.session->receive(piece);
  world.session->receive("\nC1\nC2\n");
  CHECK(service.asked == std::vector<std::string>{"commit for bob b=2"});
  service.replies[0].done();
  CHECK(world.take() == "F1\tthe transaction is too large\nO\n");
}

TEST_CASE("what open transactions hold is bounded together") {
  test::SlowService service;
  test::SessionWorld world(service);
  const std::string value(60'000, 'x');
  world.session->receive("B1\tann\nB2\tbob\n");
  for (int i = 0; i < 40; ++i) {
    world.session->receive("S1\tk\t" + value + "\n");
  }
  // The one that was too much is given up, and its share is free again.
  world.session->receive("S2\tk\tv\nC2\nC1\n");
  CHECK(service.asked == std::vector<std::string>{"commit for bob k=v"});
  service.replies[0].done();
  CHECK(world.take() == "O\nF1\tthe transaction is too large\n");
  world.session->receive("B1\tann\nS1\tk\t" + value + "\nC1\n");
  CHECK(service.asked.size() == 2);
}

TEST_CASE("a client has few open transactions") {
  test::SlowService service;
  test::SessionWorld world(service);
  for (std::size_t i = 0; i <= dict::kMaxTransactions; ++i) {
    const std::string id = std::to_string(i);
    world.session->receive("B" + id + "\tann\n");
    world.session->receive("S" + id + "\tk\tv\n");
  }
  world.session->receive("C0\nC" + std::to_string(dict::kMaxTransactions) +
                         "\n");
  CHECK(service.asked.size() == 1);
  service.replies[0].done();
  CHECK(world.take() == "O\nF16\tno such transaction\n");
}

TEST_CASE("as long as too many answers are owed no request is looked at") {
  test::SlowService service;
  test::SessionWorld world(service);
  std::string all;
  for (std::size_t i = 0; i < dict::kMaxPending + 10; ++i) all += "Lx\tann\n";
  world.session->receive(all);
  CHECK(service.asked.size() == dict::kMaxPending);
  CHECK_FALSE(world.session->wants_octets());
  service.replies.front().not_found();
  service.replies.pop_front();
  CHECK(service.asked.size() == dict::kMaxPending + 1);
  while (!service.replies.empty()) {
    service.replies.front().not_found();
    service.replies.pop_front();
  }
  CHECK(service.asked.size() == dict::kMaxPending + 10);
  CHECK(world.session->wants_octets());
  CHECK(world.take().size() == 2 * (dict::kMaxPending + 10));
}

TEST_CASE("as long as answers are not read no request is looked at") {
  test::MemoryService service;
  service.values[{"", "shared/x"}] = {std::string(60'000, 'x')};
  test::SessionWorld world(service);
  std::string all;
  constexpr std::size_t requests = 100;
  for (std::size_t i = 0; i < requests; ++i) all += "Lshared/x\tann\n";
  world.session->receive(all);
  CHECK_FALSE(world.session->wants_octets());
  CHECK(world.session->output().size() < dict::kMaxUnsent + 70'000);
  std::size_t taken = 0;
  for (int round = 0; round < 10; ++round) taken += world.take().size();
  CHECK(taken == requests * 60'002);
}
