#include "accounts/remembered_accounts.h"

#include <catch2/catch.hpp>
#include <utility>

using policy::AccountState;

namespace {

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

}  // namespace

TEST_CASE("an account is asked for once a second, trouble each time") {
  Knowledge knowledge;
  std::int64_t now = 1;
  accounts::RememberedAccounts remembered(
      std::make_unique<CountedAccounts>(knowledge), [&] { return now; });
  for (int i = 0; i < 3; ++i) {
    CHECK(remembered.look_up("a@a.example").state == AccountState::kEnforcing);
  }
  CHECK(knowledge.asked == 1);
  remembered.look_up("b@a.example");
  CHECK(knowledge.asked == 2);
  now = 2;
  knowledge.state = AccountState::kTemporaryError;
  for (int i = 0; i < 3; ++i) {
    CHECK(remembered.look_up("a@a.example").state ==
          AccountState::kTemporaryError);
  }
  CHECK(knowledge.asked == 5);
  knowledge.state = AccountState::kDisabled;
  CHECK(remembered.look_up("a@a.example").state == AccountState::kDisabled);
}
