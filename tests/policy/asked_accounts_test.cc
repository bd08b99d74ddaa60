#include "policy/asked_accounts.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace policy {
namespace {

constexpr std::int64_t kNow = 1795449600;

TEST_CASE("an answer becomes an account, and anything else is not known") {
  struct Row {
    const char* line;
    AccountState state;
    std::optional<std::int64_t> created;
  };
  const Row rows[] = {
      {"N", AccountState::kUnknown, {}},
      {"O{\"state\":\"enforcing\",\"age\":60}", AccountState::kEnforcing,
       kNow - 60},
      {"O{\"state\":\"takes-cleartext\"}", AccountState::kTakesCleartext, {}},
      {"O{\"state\":\"disabled\",\"age\":0}\t1\t2\t3\t4",
       AccountState::kDisabled, kNow},
      {"O{\"state\":\"disabled\",\"age\":0}", AccountState::kDisabled, kNow},
      {"O{\"state\":\"enforcing\",\"age\":\"x\"}",
       AccountState::kEnforcing,
       {}},
      {"O{\"state\":7}", AccountState::kTemporaryError, {}},
      {"O{\"state\":\"else\"}", AccountState::kTemporaryError, {}},
      {"O{}", AccountState::kTemporaryError, {}},
      {"O[]", AccountState::kTemporaryError, {}},
      {"Onothing", AccountState::kTemporaryError, {}},
      {"F", AccountState::kTemporaryError, {}},
      {"", AccountState::kTemporaryError, {}},
  };
  for (const Row& row : rows) {
    INFO(row.line);
    const Account account = parse_account_answer(row.line, kNow);
    CHECK(account.state == row.state);
    CHECK(account.created == row.created);
  }
}

TEST_CASE("what can be no address is unknown, and nobody is asked") {
  std::vector<std::string> asked;
  AskedAccounts accounts(
      [&](const std::string& question) -> std::optional<std::string> {
        asked.push_back(question);
        return std::nullopt;
      },
      [] { return kNow; });
  for (const std::string& address :
       {std::string(), std::string("a\tb@c"), std::string("a\nLx"),
        std::string(321, 'a'), std::string("a\0b", 3)}) {
    CHECK(accounts.look_up(address).state == AccountState::kUnknown);
  }
  CHECK(asked.empty());
  // No answer is no knowledge.
  CHECK(accounts.look_up("bob@relay.example").state ==
        AccountState::kTemporaryError);
  CHECK(asked ==
        std::vector<std::string>{"Lshared/chatmail/account/bob@relay.example\t"
                                 "bob@relay.example\n"});
}

}  // namespace
}  // namespace policy
