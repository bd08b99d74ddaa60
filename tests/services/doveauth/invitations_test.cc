#include "deploy/services/doveauth/invitations.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/daemon/temporary_directory.h"

using doveauth::Invitations;
using doveauth::Invite;

namespace {

constexpr std::time_t kNow = 1'790'000'000;

struct File {
  test::TemporaryDirectory directory;
  Invitations invitations{directory.path("invites.json")};
  std::string error;

  void write(const std::string& text) const {
    std::ofstream(directory.path("invites.json")) << text;
  }
};

}  // namespace

TEST_CASE("a token stands before the first hyphen") {
  struct Row {
    std::string password;
    std::string token;
  };
  const std::vector<Row> rows = {
      {"summercamp-secret", "summercamp"},
      {"summercamp-secret-more", "summercamp"},
      {"SummerCamp26-", "SummerCamp26"},
      {"summercamp", ""},
      {"short12-secret", ""},
      {std::string(32, 'a') + "-x", std::string(32, 'a')},
      {std::string(33, 'a') + "-x", ""},
      {"summer camp-x", ""},
      {"-summercamp-x", ""},
      {"", ""},
  };
  for (const Row& row : rows) {
    INFO(row.password);
    CHECK(doveauth::token_of(row.password) == row.token);
  }
}

TEST_CASE("made tokens are tokens, and no two are the same") {
  std::set<std::string> all;
  for (int i = 0; i < 100; ++i) {
    const std::string token = doveauth::make_token();
    CHECK(doveauth::token_of(token + "-x") == token);
    all.insert(token);
  }
  CHECK(all.size() == 100);
}

TEST_CASE("an invite has its uses and its time") {
  File file;
  CHECK_FALSE(file.invitations.use("summercamp", kNow, file.error));
  CHECK(file.error.empty());
  Invite invite;
  invite.uses = 2;
  invite.expires = kNow + 10;
  invite.comment = "of \"us\"";
  REQUIRE(file.invitations.add("summercamp", invite) == std::nullopt);
  CHECK(file.invitations.use("summercamp", kNow, file.error));
  CHECK_FALSE(file.invitations.use("summercamp", kNow + 10, file.error));
  CHECK(file.invitations.use("summercamp", kNow + 9, file.error));
  CHECK_FALSE(file.invitations.use("summercamp", kNow, file.error));
  file.invitations.give_back("summercamp");
  CHECK(file.invitations.use("summercamp", kNow, file.error));
  const auto all = file.invitations.all(file.error);
  REQUIRE(all);
  CHECK(all->at("summercamp").used == 2);
  CHECK(all->at("summercamp").comment == "of \"us\"");
  CHECK(file.invitations.remove("summercamp") == std::nullopt);
  CHECK(file.invitations.all(file.error)->empty());
  CHECK(file.error.empty());
}

TEST_CASE("an invite may have neither end") {
  File file;
  file.write(R"({"invites": {"summercamp": {}}})");
  for (int i = 0; i < 5; ++i) {
    CHECK(file.invitations.use("summercamp", kNow, file.error));
  }
}

TEST_CASE("a file that is not of invites is nobody's invitation") {
  File file;
  for (const char* text :
       {"", "{", "[]", "{\"invites\": []}", "{\"invites\": {\"a b\": {}}}",
        "{\"invites\": {\"summercamp\": {\"uses\": \"many\"}}}",
        "{\"invites\": {\"summercamp\": {\"uses\": -1}}}",
        "{\"invites\": {\"summercamp\": 7}}"}) {
    INFO(text);
    file.write(text);
    file.error.clear();
    CHECK_FALSE(file.invitations.all(file.error));
    CHECK(file.error == "invites.json: not in the form of invites");
    CHECK_FALSE(file.invitations.use("summercamp", kNow, file.error));
    CHECK(file.invitations.add("summercamp", {}) != std::nullopt);
  }
}

TEST_CASE("what is no token is not added") {
  File file;
  for (const char* token : {"", "short", "with space", "hy-phen-hy-phen"}) {
    CHECK(file.invitations.add(token, {}) ==
          "a token is 8 to 32 letters and digits");
  }
}

TEST_CASE("a token that is there is not made anew") {
  File file;
  Invite invite;
  invite.uses = 2;
  REQUIRE(file.invitations.add("summercamp", invite) == std::nullopt);
  CHECK(file.invitations.use("summercamp", kNow, file.error));
  CHECK(file.invitations.add("summercamp", {}) ==
        "there is such a token already; revoke it first");
  CHECK(file.invitations.all(file.error)->at("summercamp").used == 1);
}

TEST_CASE("many uses at once are no more than there are") {
  File file;
  Invite invite;
  invite.uses = 25;
  REQUIRE(file.invitations.add("summercamp", invite) == std::nullopt);
  std::atomic<int> used = 0;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      std::string error;
      for (int n = 0; n < 10; ++n) {
        if (file.invitations.use("summercamp", kNow, error)) ++used;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(used == 25);
}
