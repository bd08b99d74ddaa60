#include "policy/policyd/account_desk.h"

#include <catch2/catch.hpp>
#include <deque>
#include <utility>
#include <vector>

#include "tests/policyd/answering_world.h"

namespace policyd_test {
namespace {

using policy::AccountState;

// What who is asked knows, and how often he was.
struct Knowledge {
  AccountState state = AccountState::kEnforcing;
  int asked = 0;
};

class CountedAccounts final : public policy::Accounts {
 public:
  explicit CountedAccounts(Knowledge& knowledge) : knowledge_(knowledge) {}
  policy::Account look_up(std::string_view) override {
    ++knowledge_.asked;
    return {knowledge_.state};
  }

 private:
  Knowledge& knowledge_;
};

// Runs when the test says so.
struct Queue {
  std::deque<std::function<void()>> calls;
  bool is_full = false;
  std::function<bool(std::function<void()>)> run() {
    return [this](std::function<void()> call) {
      if (!is_full) calls.push_back(std::move(call));
      return !is_full;
    };
  }
  void run_all() {
    while (!calls.empty()) {
      const auto call = std::move(calls.front());
      calls.pop_front();
      call();
    }
  }
};

TEST_CASE("an account is asked for once a second, trouble each time") {
  Knowledge knowledge;
  std::int64_t now = 1;
  policyd::AccountDesk desk(
      std::make_shared<CountedAccounts>(knowledge), [&] { return now; },
      std::nullopt);
  for (int i = 0; i < 3; ++i) {
    CHECK(desk.known("a@a.example")->state == AccountState::kEnforcing);
  }
  CHECK(knowledge.asked == 1);
  desk.known("b@a.example");
  CHECK(knowledge.asked == 2);
  now = 2;
  knowledge.state = AccountState::kTemporaryError;
  for (int i = 0; i < 3; ++i) {
    CHECK(desk.known("a@a.example")->state == AccountState::kTemporaryError);
  }
  CHECK(knowledge.asked == 5);
  knowledge.state = AccountState::kDisabled;
  CHECK(desk.known("a@a.example")->state == AccountState::kDisabled);
}

TEST_CASE("what another program knows is asked for elsewhere, and learned") {
  Knowledge knowledge;
  Queue there;
  Queue here;
  const auto desk = std::make_shared<policyd::AccountDesk>(
      std::make_shared<CountedAccounts>(knowledge), [] { return 1; },
      policyd::Elsewhere{there.run(), here.run()});
  CHECK(!desk->known("a@a.example"));
  std::vector<AccountState> told;
  desk->ask("a@a.example", [&](const policy::Account& account) {
    told.push_back(account.state);
  });
  CHECK(knowledge.asked == 0);
  there.run_all();
  CHECK(knowledge.asked == 1);
  CHECK(told.empty());
  CHECK(!desk->known("a@a.example"));
  here.run_all();
  CHECK(told == std::vector{AccountState::kEnforcing});
  there.is_full = true;
  desk->ask("b@a.example", [&](const policy::Account& account) {
    told.push_back(account.state);
  });
  CHECK(told.back() == AccountState::kTemporaryError);
  CHECK(!desk->known("b@a.example"));
  CHECK(desk->known("a@a.example")->state == AccountState::kEnforcing);
}

TEST_CASE("who waits for an account holds up nobody else") {
  AnsweringWorld world;
  Queue there;
  Queue here;
  world.elsewhere = {there.run(), here.run()};
  world.load_rules();
  world.accounts["alice@relay.example"].state = AccountState::kDisabled;
  std::vector<std::string> later;
  const auto wait = [&](std::string answer) {
    later.push_back(std::move(answer));
  };
  CHECK(!world.ask(recipient_request(), wait));
  CHECK(!world.ask(spend_request(), wait));
  // Nobody logged in, so no account is asked about.
  const Attributes inbound =
      with(with(recipient_request(), "sasl_username", ""), "sender",
           "bob@other.example");
  CHECK(world.ask(inbound) == "action=DUNNO");
  // Refused by a rule in front of the one that asks.
  const Attributes forged =
      with(recipient_request(), "sender", "mallory@relay.example");
  CHECK(world.ask(forged).starts_with("action=553 5.7.1 "));
  CHECK(later.empty());
  there.run_all();
  CHECK(world.ask(inbound) == "action=DUNNO");
  here.run_all();
  REQUIRE(later.size() == 2);
  CHECK(later[0] == "action=DISCARD\n\n");
  CHECK(later[1] == "action=DUNNO\n\n");
  // Now it is known.
  CHECK(world.ask(recipient_request()) == "action=DISCARD");
}

}  // namespace
}  // namespace policyd_test
