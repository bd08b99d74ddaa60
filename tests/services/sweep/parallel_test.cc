#include "deploy/services/sweep/parallel.h"

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/mailbox/accounts_directory.h"

TEST_CASE("each mailbox is visited once, whatever the number of threads") {
  for (const int threads : {1, 2, 7, 64}) {
    for (const std::size_t count : {0, 1, 5, 1000}) {
      INFO(threads << " threads, " << count << " mailboxes");
      std::vector<std::atomic<int>> visits(count);
      sweep::in_parallel(count, threads,
                         [&](std::size_t index) { ++visits[index]; });
      CHECK(std::all_of(visits.begin(), visits.end(),
                        [](const auto& times) { return times == 1; }));
    }
  }
}

TEST_CASE("names with an @ are mailboxes, sorted; leftovers are told apart") {
  const test::AccountsDirectory accounts;
  for (const char* name : {"bob@a.example", "ann@a.example", "lost+found",
                           ".removed-1f", "a@b@c", ".ann@a.example"}) {
    std::filesystem::create_directory(accounts.path(name));
  }
  accounts.write("invites.json", "{}");
  std::string error;
  const auto names = sweep::names_in(accounts.mailboxes(), error);
  REQUIRE(names.has_value());
  CHECK(names->mailboxes == std::vector<std::string>{".ann@a.example", "a@b@c",
                                                     "ann@a.example",
                                                     "bob@a.example"});
  CHECK(names->leftovers == std::vector<std::string>{".removed-1f"});
}
