#include "deploy/services/doveauth/dict_service.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "mailbox/account_lookup.h"
#include "tests/services/dict/session_world.h"
#include "tests/services/doveauth/login_world.h"

namespace {

// Waits for the answers of other threads, and has them filled in this one.
class QueueLoop final : public dict::Loop {
 public:
  bool is_current() const override {
    return std::this_thread::get_id() == thread_;
  }
  void post(std::function<void()> task) override {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  void run_one() {
    std::function<void()> task;
    while (!task) {
      const std::lock_guard lock(mutex_);
      if (tasks_.empty()) continue;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }

 private:
  std::thread::id thread_ = std::this_thread::get_id();
  std::mutex mutex_;
  std::deque<std::function<void()>> tasks_;
};

struct ServiceWorld : test::LoginWorld {
  ServiceWorld() {
    start();
    service = std::make_unique<doveauth::DictService>(*running, world());
    session = std::make_shared<dict::Session>(*service, loop, [] {});
  }
  std::string ask(const std::string& line) {
    session->receive(line + "\n");
    while (session->owes()) loop->run_one();
    std::string answer;
    answer.swap(session->output());
    return answer;
  }
  nlohmann::json ask_json(const std::string& line) {
    const std::string answer = ask(line);
    REQUIRE(answer.starts_with("O{"));
    return nlohmann::json::parse(answer.substr(1));
  }

  std::shared_ptr<QueueLoop> loop = std::make_shared<QueueLoop>();
  std::unique_ptr<doveauth::DictService> service;
  std::shared_ptr<dict::Session> session;
};

const std::string kLogin =
    "Lshared/passdb/secret-pass-1\"ann000001@a.example\tann000001@a.example";

}  // namespace

TEST_CASE("a login is answered as relays' Dovecot reads it") {
  ServiceWorld world;
  const auto user = world.ask_json(kLogin);
  CHECK(user["addr"] == "ann000001@a.example");
  CHECK(user["home"] == world.accounts.path("ann000001@a.example"));
  CHECK(user["uid"] == "vmail");
  CHECK(user["gid"] == "vmail");
  CHECK(user["password"] ==
        world.accounts.read("ann000001@a.example/password"));
  CHECK(user.size() == 5);
  CHECK(world.ask_json(kLogin) == user);
  CHECK(world.ask_json("Lshared/userdb/ann000001@a.example\tann") == user);
}

TEST_CASE("what is nobody's is not found, and a failure is one") {
  ServiceWorld world;
  for (const std::string line :
       {"Lshared/userdb/ann000001@a.example\tann", "Lshared/userdb/\tann",
        "Lshared/passdb/no-quote\tann",
        "Lshared/passdb/short\"ann@a.example\ta", "Lshared/other/x\tann",
        "Lpriv/x\tann", "L",
        "Lshared/chatmail/account/ann000001@a.example\t"}) {
    INFO(line);
    CHECK(world.ask(line) == "N\n");
  }
  world.load.load_hundredths = 9900;
  CHECK(world.ask(kLogin) == "Fload avg 99.00 > 5.00\n");
  CHECK(world.ask("B1\tann\nS1\tshared/x\ty\nC1") ==
        "F1\tnothing can be set here\n");
}

TEST_CASE("all accounts are iterated, or as many as are wanted") {
  ServiceWorld world;
  CHECK(world.ask("I0\t0\tshared/userdb/\t*") == "\n");
  world.accounts.make("ann@a.example", "x");
  CHECK(world.ask("I0\t0\tshared/userdb/\t*") ==
        "Oshared/userdb/ann@a.example\t\n\n");
  world.accounts.make("bob@a.example", "x");
  CHECK(world.ask("I0\t0\tshared/userdb/\t*").size() == 2 * 30 + 1);
  CHECK(world.ask("I0\t1\tshared/userdb/\t*").size() == 30 + 1);
  CHECK(world.ask("I0\t0\tshared/passdb/\t*") == "\n");
}

TEST_CASE("an account's state, flags and age are told, however it is spelled") {
  ServiceWorld world;
  const std::string ask = "Lshared/chatmail/account/";
  world.ask(kLogin);
  world.now = static_cast<double>(std::time(nullptr)) + 1000;
  auto account = world.ask_json(ask + "Ann000001+x@A.example\t");
  CHECK(account["state"] == "enforcing");
  CHECK(account["flags"] == std::vector<std::string>{"enforceE2EEincoming"});
  CHECK(account["last_login"] == 1'790'000'000 / 86'400 * 86'400);
  CHECK(account["age"] >= 990);
  CHECK(account["age"] <= 1100);

  world.accounts.make("old@a.example", "x");
  account = world.ask_json(ask + "old@a.example\t");
  CHECK(account["state"] == "takes-cleartext");
  // When it was made nobody noted; that its directory was copied says nothing.
  CHECK(!account.contains("age"));
  world.accounts.write("old@a.example/DISABLED", "");
  account = world.ask_json(ask + "old@a.example\t");
  CHECK(account["state"] == "disabled");
  CHECK(account["flags"] == std::vector<std::string>{"DISABLED"});

  std::filesystem::create_directory(world.accounts.path("empty@a.example"));
  CHECK(world.ask(ask + "empty@a.example\t") == "N\n");
  world.accounts.write("file@a.example", "");
  CHECK(world.ask(ask + "file@a.example\t").starts_with("F"));
}

// Who judges mail and who lets in go by the same rule, whichever way it is
// asked.
TEST_CASE("the disk and the service know the same accounts") {
  ServiceWorld world;
  const std::vector<std::vector<std::string>> contents = {
      {},
      {"password"},
      {"enforceE2EEincoming"},
      {"password", "enforceE2EEincoming"},
      {"DISABLED"},
      {"password", "DISABLED"},
      {"password", "DISABLED", "enforceE2EEincoming"},
      {"password/"},
      {"password", "cur/", "new/", "tmp/"}};
  for (std::size_t i = 0; i < contents.size(); ++i) {
    for (const char* begin : {"u", ".u"}) {
      const std::string address = begin + std::to_string(i) + "@a.example";
      std::filesystem::create_directory(world.accounts.path(address));
      for (const std::string& name : contents[i]) {
        const std::string path = address + '/' + name;
        if (name.ends_with('/')) {
          std::filesystem::create_directory(world.accounts.path(path));
        } else {
          world.accounts.write(path, "");
        }
      }
      const auto on_disk =
          mailbox::look_up_account(world.accounts.path(""), address).state;
      const std::string answer =
          world.ask("Lshared/chatmail/account/" + address + "\t" + address);
      const std::string user =
          world.ask("Lshared/userdb/" + address + "\t" + address);
      INFO(address << ": " << answer << user);
      using State = mailbox::AccountLookup::State;
      const bool has_password =
          !contents[i].empty() && contents[i][0] == "password";
      const bool is_unknown = on_disk == State::kUnknown;
      const bool is_trouble = on_disk == State::kTemporaryError;
      CHECK(has_password == (!is_unknown && !is_trouble));
      CHECK(is_unknown == (answer == "N\n"));
      CHECK(is_unknown == (user == "N\n"));
      CHECK(is_trouble == answer.starts_with("F"));
      CHECK(is_trouble == user.starts_with("F"));
    }
  }
}
