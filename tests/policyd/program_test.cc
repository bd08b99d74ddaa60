// chatmail-policyd as it is run: settings, readiness, reload, restart, stop.

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "daemon/privilege.h"
#include "daemon/socket_place.h"
#include "tests/daemon/temporary_directory.h"
#include "tests/limits/store_world.h"
#include "tests/milter/running_program.h"
#include "tests/policyd/answering_world.h"
#include "tests/policyd/sample_requests.h"
#include "tests/policyd/wire_client.h"

namespace {

using policyd_test::recipient_request;
using policyd_test::spend_request;
using policyd_test::WireClient;
using policyd_test::with;
using policyd_test::written;

constexpr char kDunno[] = "action=DUNNO";

class PolicydInADirectory {
 public:
  PolicydInADirectory() {
    std::filesystem::create_directories(path("mail/alice@relay.example"));
    // From before: no new account.
    std::filesystem::create_directory(path("own"));
    write_ini();
  }

  void write_ini(const std::string& more_lines = "") {
    std::ofstream(path("chatmail.ini"))
        << "[params]\nmail_domain = relay.example\n"
        << "policyd_socket = unix:" << path("policyd.sock") << "\n"
        << "policyd_metrics_socket = " << path("metrics.sock") << "\n"
        << "policyd_state_dir = " << path("state") << "\n"
        << "mailboxes_dir = " << path("mail") << "\n"
        << "rules_dir = " CHATMILTER_SOURCE_DIR "/rules\n"
        << "own_rules_dir = " << path("own") << "\n"
        << more_lines;
  }

  void start(const std::vector<std::string>& arguments = {}) {
    std::vector<std::string> command = {test::program_path("chatmail-policyd"),
                                        "--config", path("chatmail.ini")};
    command.insert(command.end(), arguments.begin(), arguments.end());
    program_ =
        std::make_unique<test::RunningProgram>(command, directory_.path());
  }
  void start_ready() {
    start();
    if (!program_->wait_until_ready()) FAIL(program_->log());
  }
  int stop() {
    program_->send_signal(SIGTERM);
    return program_->wait_for_end();
  }

  std::string path(const std::string& name) const {
    return directory_.path(name);
  }
  WireClient client() const { return WireClient(path("policyd.sock")); }
  test::RunningProgram& program() { return *program_; }
  std::string log() const { return program_->log(); }
  bool says(const std::string& text) const {
    return log().find(text) != std::string::npos;
  }

 private:
  test::TemporaryDirectory directory_;
  std::unique_ptr<test::RunningProgram> program_;
};

std::string spend() { return written(spend_request()); }

int spend_all(WireClient& client) {
  int granted = 0;
  while (granted < 1000 && client.ask(spend()) == kDunno) ++granted;
  return granted;
}

}  // namespace

TEST_CASE("What was spent is spent after a stop and after kill -9") {
  PolicydInADirectory world;
  // A bucket that does not fill while the test runs.
  world.write_ini("max_user_send_per_minute = 1\n");
  world.start_ready();
  {
    WireClient client = world.client();
    for (int i = 0; i < 4; ++i) CHECK(client.ask(spend()) == kDunno);
  }
  CHECK(world.stop() == 0);
  CHECK_FALSE(std::filesystem::exists(world.path("policyd.sock")));
  world.start_ready();
  {
    WireClient client = world.client();
    for (int i = 0; i < 4; ++i) CHECK(client.ask(spend()) == kDunno);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  world.program().send_signal(SIGKILL);
  world.program().wait_for_end();
  world.start_ready();
  WireClient client = world.client();
  CHECK(spend_all(client) == 2);
  CHECK(world.stop() == 0);
}

TEST_CASE(
    "Limits in Redis are shared, outlive the service and are never lost") {
  const limits_test::RedisServer redis;
  const std::string settings =
      "max_user_send_per_minute = 1\nlimits_store = redis:unix:" +
      redis.socket() + "\n";
  PolicydInADirectory first;
  PolicydInADirectory second;
  for (PolicydInADirectory* world : {&first, &second}) {
    world->write_ini(settings);
    world->start_ready();
  }
  WireClient here = first.client();
  WireClient there = second.client();
  for (int i = 0; i < 4; ++i) {
    CHECK(here.ask(spend()) == kDunno);
    CHECK(there.ask(spend()) == kDunno);
  }
  CHECK(first.stop() == 0);
  first.start_ready();
  WireClient again = first.client();
  CHECK(spend_all(again) == 2);
  CHECK(
      there.ask(spend()).starts_with("action=450 4.7.1: Too much mail from "));
}

TEST_CASE(
    "A Redis that stands still defers what is limited, and nothing else") {
  limits_test::RedisServer redis;
  PolicydInADirectory world;
  world.write_ini("limits_store = redis:unix:" + redis.socket() + "\n");
  world.start_ready();
  const std::string refused =
      written(with(recipient_request(), "sender", "mallory@relay.example"));
  WireClient waits = world.client();
  CHECK(waits.ask(spend()) == kDunno);
  redis.pause(true);
  waits.send(spend() + spend());
  WireClient other = world.client();
  CHECK(other.ask(refused).starts_with("action=553 5.7.1 "));
  // Rules are exchanged while answers are still to come.
  world.program().send_signal(SIGHUP);
  REQUIRE(world.program().wait_for_status("RELOADING=1"));
  REQUIRE(world.program().wait_until_ready());
  CHECK(waits.receive().starts_with("action=451 4.3.0 "));
  CHECK(waits.receive().starts_with("action=451 4.3.0 "));
  redis.pause(false);
  WireClient later = world.client();
  std::string answer;
  for (int i = 0; i < 200 && answer != kDunno; ++i) {
    answer = later.ask(spend());
    if (answer != kDunno) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  CHECK(answer == kDunno);
  // A stop waits for what is under way.
  redis.pause(true);
  later.send(spend());
  CHECK(world.stop() == 0);
  CHECK(later.receive().starts_with("action=451 4.3.0 "));
}

TEST_CASE("A reload takes new rules, and not broken ones") {
  PolicydInADirectory world;
  world.start_ready();
  WireClient client = world.client();
  const std::string request = written(recipient_request());
  CHECK(client.ask(request) == kDunno);
  std::ofstream(world.path("own/10-own.conf"))
      << "on recipient\nreject 554 5.7.1 \"not today\" as own\n";
  world.program().send_signal(SIGHUP);
  REQUIRE(world.program().wait_for_status("RELOADING=1"));
  REQUIRE(world.program().wait_until_ready());
  CHECK(client.ask(request) == "action=554 5.7.1 not today");
  std::ofstream(world.path("own/10-own.conf")) << "on recipient\nrejcet\n";
  world.program().send_signal(SIGHUP);
  REQUIRE(world.program().wait_for_status("RELOADING=1"));
  REQUIRE(world.program().wait_for_status("the last reload failed"));
  CHECK(client.ask(request) == "action=554 5.7.1 not today");
  CHECK(world.says("10-own.conf:2:1: error: "));
  CHECK(world.stop() == 0);
}

TEST_CASE("What is wrong with settings, rules or state is told at the start") {
  const struct {
    std::string lines;
    std::string says;
  } cases[] = {
      {"max_user_send_per_minute = many\n", "max_user_send_per_minute: 'many'"},
      {"limits_store = memory\n", "limits_store: 'memory' is none of"},
      {"max_user_send_burst_size = 5\nmax_network_send_per_minute = 0\n",
       "a limit of 0 lets nothing pass"},
  };
  for (const auto& each : cases) {
    PolicydInADirectory world;
    world.write_ini(each.lines);
    world.start();
    CHECK(world.program().wait_for_end() == 1);
    INFO(world.log());
    CHECK(world.says(each.says));
    CHECK_FALSE(std::filesystem::exists(world.path("policyd.sock")));
  }
  PolicydInADirectory world;
  std::filesystem::create_directory(world.path("state"));
  std::filesystem::create_directory(world.path("state/lock"));
  world.start();
  CHECK(world.program().wait_for_end() == 1);
  CHECK(world.says("policyd_state_dir: "));
}

TEST_CASE("--check-config, --help and a mistake have an exit status") {
  PolicydInADirectory world;
  const struct {
    std::vector<std::string> arguments;
    int status;
    std::string says;
  } cases[] = {
      {{"--check-config"}, 0, ""},
      {{"--check-config", "--rules-dir", "/none"}, 1, "rules: "},
      {{"--help"}, 0, "--limits-store"},
      {{"--version"}, 0, "."},
      {{"--sockte", "x"}, 2, "sockte"},
      {{"--log-level", "loud"}, 2, "loud"},
  };
  for (const auto& each : cases) {
    std::filesystem::remove(world.path("log"));
    world.start(each.arguments);
    CHECK(world.program().wait_for_end() == each.status);
    INFO(world.log());
    CHECK(world.says(each.says));
  }
}

TEST_CASE("Counters are served, and have no address") {
  PolicydInADirectory world;
  world.write_ini("max_user_send_per_minute = 1\n");
  world.start_ready();
  WireClient client = world.client();
  CHECK(client.ask(spend()) == kDunno);
  CHECK(client.ask(written(with(recipient_request(), "sender",
                                "mallory@relay.example"))) != kDunno);
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  WireClient metrics(world.path("metrics.sock"));
  metrics.send("GET /metrics HTTP/1.0\r\n\r\n");
  const std::string text = metrics.receive_all();
  for (const char* series :
       {"chatmilter_policy_requests_total{action=\"dunno\",section=\"limits\"} "
        "1\n",
        "chatmilter_policy_requests_total{action=\"reject\",section="
        "\"recipient\"} 1\n",
        "chatmilter_policy_reasons_total{reason=\"not-owner\",section="
        "\"recipient\"} 1\n",
        "chatmilter_policy_connections 1\n"}) {
    CAPTURE(series);
    CHECK(text.find(series) != std::string::npos);
  }
  CHECK(text.find("chatmilter_policy_live_keys ") != std::string::npos);
  CHECK(text.find("chatmilter_policy_live_keys 0\n") == std::string::npos);
  CHECK(text.find('@') == std::string::npos);
  CHECK(text.find("mallory") == std::string::npos);
  CHECK_FALSE(world.says("mallory"));
}

TEST_CASE("Bad input closes its own connection and no other") {
  PolicydInADirectory world;
  world.start_ready();
  WireClient good = world.client();
  for (const std::string& octets :
       {std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n\n\n"),
        std::string(200'000, '\0'), std::string(200'000, 'a'),
        "request=smtpd_access_policy\nsender=" + std::string(65536, 'b') +
            "\n\n"}) {
    WireClient bad = world.client();
    bad.send(octets);
    CHECK(bad.is_closed());
    CHECK(good.ask(written(recipient_request())) == kDunno);
  }
}

TEST_CASE("Ten thousand connections, each is answered") {
  daemons::raise_file_limit();
  PolicydInADirectory world;
  world.start_ready();
  std::vector<WireClient> clients;
  const std::string request = written(recipient_request());
  for (int i = 0; i < 10'000; ++i) {
    clients.push_back(world.client());
    REQUIRE(clients.back().is_connected());
    REQUIRE(clients.back().ask(request) == kDunno);
  }
  for (std::size_t i = 0; i < clients.size(); i += 97) {
    REQUIRE(clients[i].ask(request) == kDunno);
  }
  CHECK(world.stop() == 0);
  for (std::size_t i = 0; i < clients.size(); i += 97) {
    REQUIRE(clients[i].is_closed());
  }
}

TEST_CASE("An inet socket serves as well") {
  PolicydInADirectory world;
  world.start({"--socket", "inet:0@127.0.0.1"});
  REQUIRE(world.program().wait_until_ready());
  CHECK(world.says("a unix socket would keep others out"));
  CHECK(world.stop() == 0);
}
