#include "accounts/remembered_accounts.h"

#include <catch2/catch.hpp>
#include <utility>

using policy::AccountState;

namespace {

class CountedAccounts final : public policy::Accounts {
 public:
  CountedAccounts(int& asked, AccountState& state)
      : asked_(asked), state_(state) {}
  policy::Account look_up(std::string_view) override {
    ++asked_;
    return {state_};
  }

 private:
  int& asked_;
  AccountState& state_;
};

}  // namespace

TEST_CASE("an account is asked for once a second, trouble each time") {
  int asked = 0;
  std::int64_t now = 1;
  AccountState state = AccountState::kEnforcing;
  accounts::RememberedAccounts remembered(
      std::make_unique<CountedAccounts>(asked, state), [&] { return now; });
  for (int i = 0; i < 3; ++i) {
    CHECK(remembered.look_up("a@a.example").state == AccountState::kEnforcing);
  }
  CHECK(asked == 1);
  remembered.look_up("b@a.example");
  CHECK(asked == 2);
  now = 2;
  state = AccountState::kTemporaryError;
  for (int i = 0; i < 3; ++i) {
    CHECK(remembered.look_up("a@a.example").state ==
          AccountState::kTemporaryError);
  }
  CHECK(asked == 5);
  state = AccountState::kDisabled;
  CHECK(remembered.look_up("a@a.example").state == AccountState::kDisabled);
}
