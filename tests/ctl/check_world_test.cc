#include "deploy/ctl/check_world.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace ctl {
namespace {

using policy::AccountState;

struct Row {
  std::string address;
  AccountState state;
};

TEST_CASE("An account takes encrypted mail only, unless a list names it") {
  ListedAccounts accounts({"one.example", "two.example"},
                          {"Dora+news@one.example", "eve+a+b@one.example"});
  accounts.takes_cleartext({"Alice@One.Example", "dora+news@one.example",
                            "eve+a@one.example", "frank@else.example"});
  accounts.unknown({"bob@two.example", "carol@one.example"});
  accounts.takes_cleartext({"carol@one.example"});
  const std::vector<Row> rows = {
      {"alice@one.example", AccountState::kTakesCleartext},
      {"alice@two.example", AccountState::kEnforcing},
      {"bob@two.example", AccountState::kUnknown},
      {"bob@one.example", AccountState::kEnforcing},
      {"carol@one.example", AccountState::kUnknown},
      // Listed as the recipient that the envelope has.
      {"dora@one.example", AccountState::kTakesCleartext},
      {"eve@one.example", AccountState::kEnforcing},
      {"frank@else.example", AccountState::kUnknown},
      {"nobody", AccountState::kUnknown},
      {"", AccountState::kUnknown},
  };
  for (const auto& row : rows) {
    CAPTURE(row.address);
    CHECK(accounts.look_up(row.address).state == row.state);
  }
}

TEST_CASE("All accounts can take cleartext, and still only those that exist") {
  ListedAccounts accounts({"one.example"}, {});
  accounts.all_take_cleartext();
  accounts.unknown({"bob@one.example"});
  CHECK(accounts.look_up("alice@one.example").state ==
        AccountState::kTakesCleartext);
  CHECK(accounts.look_up("bob@one.example").state == AccountState::kUnknown);
  CHECK(accounts.look_up("alice@two.example").state == AccountState::kUnknown);
}

TEST_CASE("The limits of a check grant everything") {
  GrantingLimits limits;
  policy::Spend spend;
  spend.recipient_count = 1000000;
  CHECK(limits.spend(spend).kind == policy::SpendAnswer::Kind::kGranted);
}

}  // namespace
}  // namespace ctl
