#include "deploy/services/http/server.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/services/http/http_world.h"

using std::chrono::milliseconds;
using test::answer_of;
using test::HttpClient;
using test::HttpWorld;

namespace {

const std::string kRequest =
    "POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";

}  // namespace

TEST_CASE("a request may come in any two pieces") {
  HttpWorld world;
  const HttpClient client = world.connect();
  const std::string answer = answer_of("/one\nbody");
  for (std::size_t cut = 0; cut <= kRequest.size(); ++cut) {
    client.send(kRequest.substr(0, cut));
    client.send(kRequest.substr(cut));
    REQUIRE(client.receive(answer.size()) == answer);
  }
}

TEST_CASE("requests that are sent ahead are answered in their order") {
  HttpWorld world;
  const HttpClient client = world.connect();
  std::string requests;
  std::string answers;
  for (int i = 0; i < 500; ++i) {
    const std::string path = "/" + std::to_string(i);
    requests += "GET " + path + " HTTP/1.1\r\n\r\n";
    answers += answer_of(path + "\n");
  }
  std::thread sender([&] { client.send(requests); });
  CHECK(client.receive(answers.size()) == answers);
  sender.join();
}

TEST_CASE("the peer is an address over inet, and none over a unix socket") {
  HttpWorld world;
  for (const bool by_inet : {false, true}) {
    const HttpClient client =
        by_inet ? world.connect_by_inet() : world.connect();
    client.send("GET / HTTP/1.0\r\n\r\n");
    CHECK_THAT(client.receive_all(), Catch::Matchers::EndsWith("/\n"));
    CHECK(world.last_peer == (by_inet ? "127.0.0.1" : ""));
  }
}

TEST_CASE("bad requests get their status and the end, and it is counted") {
  struct Row {
    std::string octets;
    int status;
  };
  const std::vector<Row> rows = {
      {"nonsense\r\n\r\n", 400},
      {"POST / HTTP/3\r\n\r\n", 505},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" +
           std::string(100'000, 'x'),
       413},
      {std::string(100'000, 'x'), 431},
  };
  for (const bool by_inet : {false, true}) {
    HttpWorld world;
    for (const Row& row : rows) {
      INFO(row.octets.substr(0, 60));
      const HttpClient client =
          by_inet ? world.connect_by_inet() : world.connect();
      client.send(row.octets);
      client.end();
      const std::string answer = client.receive_all();
      CHECK_THAT(answer, Catch::Matchers::StartsWith(
                             "HTTP/1.1 " + std::to_string(row.status) + ' '));
      CHECK_THAT(answer, Catch::Matchers::Contains("Connection: close\r\n"));
      CHECK(world.refused == row.status);
    }
  }
}

TEST_CASE("half a request and silence is told so, and hinders nobody") {
  HttpWorld world({}, {milliseconds(200), milliseconds(10'000)});
  std::vector<std::unique_ptr<HttpClient>> slow;
  for (int i = 0; i < 50; ++i) {
    slow.push_back(
        std::make_unique<HttpClient>(daemons::connect_to(world.path)));
    slow.back()->send(kRequest.substr(0, kRequest.size() - 1));
  }
  const HttpClient client = world.connect();
  client.send(kRequest);
  const std::string answer = answer_of("/one\nbody");
  CHECK(client.receive(answer.size()) == answer);
  const std::string timeout = "HTTP/1.1 408 Request Timeout\r\n";
  for (const auto& each : slow) {
    CHECK(each->receive(timeout.size()) == timeout);
  }
}

TEST_CASE("who says nothing is let go without a word") {
  HttpWorld world({}, {milliseconds(10'000), milliseconds(50)});
  const HttpClient client = world.connect();
  CHECK(client.receive_all().empty());
  CHECK(world.refused == 0);
}

TEST_CASE("who does not read his answer hinders nobody") {
  HttpWorld world(
      {[](const http::Request&, const http::Callbacks::Answer& answer) {
        answer({200, std::string(10'000'000, 'x')});
      }},
      {milliseconds(10'000), milliseconds(100)});
  const HttpClient deaf = world.connect();
  deaf.send(kRequest);
  const HttpClient client = world.connect();
  client.send("GET / HTTP/1.0\r\n\r\n");
  CHECK(client.receive_all().size() > 10'000'000);
}

TEST_CASE("one too many is turned away, and not the others") {
  HttpWorld world({}, {milliseconds(10'000), milliseconds(10'000)}, 2);
  const std::string answer = answer_of("/one\nbody");
  const HttpClient one = world.connect();
  const HttpClient two = world.connect();
  for (const HttpClient* each : {&one, &two}) {
    each->send(kRequest);
    CHECK(each->receive(answer.size()) == answer);
  }
  const HttpClient three = world.connect();
  three.end();
  CHECK_THAT(three.receive_all(), Catch::Matchers::StartsWith("HTTP/1.1 503 "));
  one.send(kRequest);
  CHECK(one.receive(answer.size()) == answer);
}

TEST_CASE("an answer may come from another thread, or after the server's end") {
  std::vector<http::Callbacks::Answer> kept;
  std::atomic<int> asked = 0;
  HttpWorld world(
      {[&](const http::Request&, const http::Callbacks::Answer& answer) {
        kept.push_back(answer);
        ++asked;
      }});
  const HttpClient client = world.connect();
  client.send(kRequest + kRequest);
  while (asked == 0) std::this_thread::yield();
  kept[0]({200, "late"});
  CHECK(client.receive(answer_of("late").size()) == answer_of("late"));
  while (asked == 1) std::this_thread::yield();
  world.server.reset();
  kept[1]({200, "too late"});
  CHECK(client.receive_all().empty());
}

TEST_CASE("a drain answers what has begun, and takes nothing new") {
  HttpWorld world;
  const HttpClient begun = world.connect();
  const HttpClient idle = world.connect();
  // Its answer shows that the server has seen both.
  const std::string answer = answer_of("/one\nbody");
  idle.send(kRequest);
  CHECK(idle.receive(answer.size()) == answer);
  begun.send(kRequest + kRequest.substr(0, 10));
  CHECK(begun.receive(answer.size()) == answer);
  std::thread drain([&] { world.server->drain(milliseconds(20'000)); });
  for (int one = 0; one >= 0;) {
    one = daemons::connect_to(world.path);
    if (one >= 0) close(one);
  }
  begun.send(kRequest.substr(10));
  CHECK_THAT(begun.receive_all(),
             Catch::Matchers::Contains("Connection: close\r\n\r\n/one\nbody"));
  drain.join();
  world.server.reset();
  CHECK(idle.receive_all().empty());
}
