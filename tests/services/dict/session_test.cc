#include "deploy/services/dict/session.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/services/dict/memory_service.h"
#include "tests/services/dict/session_world.h"

namespace {

// What a Dovecot of each version writes for the same things.
const std::string kConversation23 =
    "H3\t2\t0\t\tauth\n"
    "B1\tann\nV1\tyes\nT1\t1\t2\nS1\tpriv/a\tone\x01ttwo\nS1\tpriv/b\t2\nC1\n"
    "Lpriv/a\tann\nLpriv/a\tbob\nLpriv/none\tann\n"
    "I0\t0\tpriv/\tann\n"
    "B2\tann\nA2\tpriv/b\t5\nC2\nLpriv/b\tann\n"
    "B3\tann\nU3\tpriv/a\nC3\nLpriv/a\tann\n"
    "B4\tann\nS4\tpriv/refused\tx\nC4\n"
    "B5\tann\nS5\tpriv/c\tx\nR5\nLpriv/c\tann\n"
    "I0\t0\tpriv/none/\tann\n";
const std::string kConversation22 =
    "H2\t2\t0\tann\tauth\n"
    "B1\nS1\tpriv/a\tone\x01ttwo\nS1\tpriv/b\t2\nC1\n"
    "Lpriv/a\nLpriv/zero\nLpriv/none\n"
    "I0\t0\tpriv/\n"
    "B2\nA2\tpriv/b\t5\nC2\nLpriv/b\n"
    "B3\nU3\tpriv/a\nC3\nLpriv/a\n"
    "B4\nS4\tpriv/refused\tx\nC4\n"
    "B5\nS5\tpriv/c\tx\nR5\nLpriv/c\n"
    "I0\t0\tpriv/none/\tpriv/nothing/\n";
const std::string kConversation24 =
    "H4\t0\t0\t\tauth\n"
    "B1\tann\t0\nS1\tpriv/a\tone\x01ttwo\nS1\tpriv/b\t2\nC1\n"
    "Lpriv/a\tann\nLpriv/a\tbob\nLpriv/none\tann\n"
    "I0\t0\tpriv/\tann\n"
    "B2\tann\t0\nA2\tpriv/b\t5\nC2\nLpriv/b\tann\n"
    "B3\tann\t0\nU3\tpriv/a\nC3\nLpriv/a\tann\n"
    "B4\tann\t0\nS4\tpriv/refused\tx\nC4\n"
    "B5\tann\t0\nS5\tpriv/c\tx\nR5\nLpriv/c\tann\n"
    "I0\t0\tpriv/none/\tann\n";
const std::string kAnswers =
    "O\n"
    "Oone\x01ttwo\nN\nN\n"
    "Opriv/a\tone\x01ttwo\nOpriv/b\t2\n\n"
    "O\nO7\n"
    "O\nN\n"
    "F4\tthis key is refused\n"
    "N\n"
    "\n";

}  // namespace

TEST_CASE("every version has the same answers, at every split of its octets") {
  for (const std::string& all :
       {kConversation22, kConversation23, kConversation24}) {
    for (std::size_t split = 0; split <= all.size(); ++split) {
      test::MemoryService service;
      test::SessionWorld world(service);
      world.session->receive(all.substr(0, split));
      world.session->receive(all.substr(split));
      REQUIRE(world.take() == kAnswers);
      CHECK_FALSE(world.session->owes());
    }
    test::MemoryService service;
    test::SessionWorld world(service);
    for (const char octet : all) world.session->receive({&octet, 1});
    CHECK(world.take() == kAnswers);
  }
}

TEST_CASE("answers leave in the order of the requests, whenever they come") {
  test::SlowService service;
  test::SessionWorld world(service);
  world.session->receive(
      "H3\t2\nLa\tann\nLb\tann\nB1\tann\nS1\tk\tv\nC1\nLd\tann\n");
  REQUIRE(service.replies.size() == 4);
  service.replies[3].found("4");
  service.replies[1].not_found();
  CHECK(world.take().empty());
  CHECK(world.outputs == 0);
  CHECK(world.session->owes());
  service.replies[0].found("1");
  CHECK(world.take() == "O1\nN\n");
  service.replies[2].done();
  CHECK(world.take() == "O\nO4\n");
  CHECK(world.outputs == 2);
  CHECK_FALSE(world.session->owes());
}

TEST_CASE("a reply that nobody gives is a failure, not silence") {
  test::SlowService service;
  test::SessionWorld world(service);
  world.session->receive("La\tann\nB9\tann\nS9\tk\tv\nC9\n");
  REQUIRE(service.replies.size() == 2);
  service.replies.clear();
  CHECK(world.take() == "Fno answer\nF9\tno answer\n");
}

TEST_CASE("a reply may come when its client is gone") {
  test::SlowService service;
  {
    test::SessionWorld world(service);
    world.session->receive("La\tann\n");
  }
  REQUIRE(service.replies.size() == 1);
  service.replies[0].found("late");
  CHECK(service.asked.size() == 1);
}

TEST_CASE("transactions are apart, and end with their commit or rollback") {
  test::SlowService service;
  test::SessionWorld world(service);
  world.session->receive(
      "H3\t2\nB1\tann\nB2\tbob\nS2\tb\t2\nS1\ta\t1\nS1\taa\t11\nC2\nC1\nC1\n"
      "B1\tcid\nS1\tx\ty\nR1\nC1\nS7\tx\ty\nC7\nR8\n");
  CHECK(service.asked == std::vector<std::string>{"commit for bob b=2",
                                                  "commit for ann a=1 aa=11"});
  for (auto& reply : service.replies) reply.done();
  CHECK(world.take() ==
        "O\nO\nF1\tno such transaction\nF1\tno such transaction\n"
        "F7\tno such transaction\n");
}

TEST_CASE("a transaction that begins again forgets what was in it") {
  test::SlowService service;
  test::SessionWorld world(service);
  world.session->receive("B1\tann\nS1\ta\t1\nB1\tbob\nS1\tb\t2\nC1\n");
  CHECK(service.asked == std::vector<std::string>{"commit for bob b=2"});
}

TEST_CASE("an empty transaction is done") {
  test::SlowService service;
  test::SessionWorld world(service);
  world.session->receive("B1\tann\nC1\n");
  CHECK(world.take() == "O\n");
  CHECK(service.asked.empty());
}

TEST_CASE("a quiet commit is made and not answered") {
  test::SlowService service;
  test::SessionWorld world(service);
  world.session->receive("B1\tann\nS1\ta\t1\nD1\nLx\tann\n");
  CHECK(service.asked.size() == 2);
  service.replies[0].done();
  service.replies[1].not_found();
  CHECK(world.take() == "N\n");
}

TEST_CASE("several values of a key are escaped twice") {
  test::MemoryService service;
  service.values[{"", "shared/many"}] = {"one", "t\two"};
  test::SessionWorld world(service);
  world.session->receive("Lshared/many\tann\n");
  CHECK(world.take() ==
        "Mone\x01tt\x01"
        "1two\n");
}
