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
  CHECK(world.ask(kLogin) == "Onot now\n");
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

namespace {

// A mailbox with these files in it; a name that ends in a slash is a directory.
void fill(const test::AccountsDirectory& accounts, const std::string& address,
          const std::vector<std::string>& names) {
  std::filesystem::create_directory(accounts.path(address));
  for (const std::string& name : names) {
    std::string path = address;
    path.append("/").append(name);
    if (name.ends_with('/')) {
      std::filesystem::create_directory(accounts.path(path));
    } else {
      accounts.write(path, "");
    }
  }
}

struct Answers {
  mailbox::AccountLookup::State on_disk;
  std::string account;
  std::string user;
};

Answers answers_about(ServiceWorld& world, const std::string& address) {
  const auto ask = [&](std::string question) {
    return world.ask(question.append(address).append("\t").append(address));
  };
  return {mailbox::look_up_account(world.accounts.path(""), address).state,
          ask("Lshared/chatmail/account/"), ask("Lshared/userdb/")};
}

}  // namespace

// Who judges mail and who lets in go by the same rule, whichever way it is
// asked.
TEST_CASE("the disk and the service know the same accounts") {
  using State = mailbox::AccountLookup::State;
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
    const bool is_account =
        !contents[i].empty() && contents[i][0] == "password";
    for (std::string address : {"u", ".u"}) {
      address.append(std::to_string(i)).append("@a.example");
      fill(world.accounts, address, contents[i]);
      const Answers answers = answers_about(world, address);
      INFO(address << ": " << answers.account << answers.user);
      const bool is_unknown = answers.on_disk == State::kUnknown;
      const bool is_trouble = answers.on_disk == State::kTemporaryError;
      CHECK(is_account == (!is_unknown && !is_trouble));
      CHECK(is_unknown == (answers.account == "N\n"));
      CHECK(is_unknown == (answers.user == "N\n"));
      CHECK(is_trouble == answers.account.starts_with("F"));
      CHECK(is_trouble == answers.user.starts_with("F"));
    }
  }
}
