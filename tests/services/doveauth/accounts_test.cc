#include "deploy/services/doveauth/accounts.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <future>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "deploy/services/doveauth/invitations.h"
#include "mailbox/account_lookup.h"
#include "mailbox/address.h"
#include "tests/services/doveauth/login_world.h"

using doveauth::LookupResult;
using doveauth::PassdbKey;
using Kind = doveauth::LookupResult::Kind;

LookupResult test::LoginWorld::log_in(const PassdbKey& login) {
  if (auto result = running->find(login)) return *result;
  std::promise<LookupResult> promise;
  running->work(login, [&](LookupResult result) {
    promise.set_value(std::move(result));
  });
  return promise.get_future().get();
}

namespace {

const PassdbKey kAnn{test::kGoodPassword, test::kGoodAddress, "192.0.2.7"};

PassdbKey ann_with(const std::string& password, const std::string& remote) {
  return {password, test::kGoodAddress, remote};
}

// How often `text` is in the log.
int logged(const test::LoginWorld& world, const std::string& text) {
  int count = 0;
  const std::string log = world.logged.str();
  for (std::size_t at = 0; (at = log.find(text, at)) != std::string::npos;
       ++at) {
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("a first login makes the account, a second finds it") {
  test::LoginWorld world;
  world.start();
  CHECK(world.running->find(kAnn) == std::nullopt);
  const LookupResult made = world.log_in(kAnn);
  REQUIRE(made.kind == Kind::kFound);
  CHECK(doveauth::matches(made.text, kAnn.password) == true);
  CHECK(world.log_in(kAnn).text == made.text);
  CHECK(world.log_in(ann_with("another-pass", "")).text == made.text);
  CHECK(world.running->find_user(kAnn.user).text == made.text);
  CHECK(world.logged.str() == "Created address: ann000001@a.example\n");
}

TEST_CASE("the log has addresses only where they are asked for") {
  test::LoginWorld world;
  world.set("log_addresses", "no");
  world.start();
  world.log_in(kAnn);
  world.log_in({"short", "bob000001@a.example", ""});
  CHECK(world.logged.str().find("ann000001") == std::string::npos);
  CHECK(world.logged.str().find("bob000001") == std::string::npos);
  CHECK(logged(world, "Created address: ") == 1);
  CHECK(logged(world, "registration rejected: the password has 5 ") == 1);
}

TEST_CASE("addresses of others are nobody's, and nothing is looked for") {
  test::LoginWorld world;
  world.start();
  for (const std::string user :
       {"ann000001@b.example", "ann000001", "", "@a.example",
        "../000001@a.example", "ann000001@A.example"}) {
    INFO(user);
    CHECK(world.log_in({kAnn.password, user, ""}).kind == Kind::kNotFound);
    CHECK(world.running->find_user(user).kind == Kind::kNotFound);
  }
  CHECK(world.accounts.names(".").empty());
}

TEST_CASE("every mail domain of the host has accounts, side by side") {
  test::LoginWorld world;
  world.set("more_mail_domains", "b.example");
  world.start();
  REQUIRE(world.log_in(kAnn).kind == Kind::kFound);
  const PassdbKey other{"another-pass", "ann000001@b.example", ""};
  const LookupResult made = world.log_in(other);
  REQUIRE(made.kind == Kind::kFound);
  CHECK(doveauth::matches(made.text, other.password) == true);
  CHECK(world.log_in({"another-pass", "ann000001@c.example", ""}).kind ==
        Kind::kNotFound);
}

TEST_CASE("an account that cannot be read is not made anew") {
  test::LoginWorld world;
  world.start();
  world.accounts.write(kAnn.user, "a file where a mailbox should be");
  CHECK(world.log_in(kAnn).kind == Kind::kFailed);
  CHECK(world.running->find_user(kAnn.user).kind == Kind::kFailed);
}

TEST_CASE("a thousand first logins at once make one account") {
  test::LoginWorld world;
  world.start(4);
  constexpr int count = 1000;
  std::atomic<int> found = 0;
  std::atomic<int> answered = 0;
  std::set<std::string> hashes;
  std::mutex mutex;
  for (int i = 0; i < count; ++i) {
    // Some of them are not admitted, and some come from too busy a network.
    const std::string password =
        i % 10 == 0 ? "short" : kAnn.password + std::to_string(i % 7);
    world.running->work(ann_with(password, ""),
                        [&](const LookupResult& result) {
                          const std::lock_guard lock(mutex);
                          if (result.kind == Kind::kFound) {
                            ++found;
                            hashes.insert(result.text);
                          }
                          ++answered;
                        });
  }
  while (answered < count) std::this_thread::yield();
  CHECK(hashes.size() == 1);
  // A short password gets in line before there is an account, or finds it.
  CHECK(found >= count - count / 10);
  CHECK(logged(world, "Created address: ") == 1);
}

TEST_CASE("who is refused does not spoil it for who waits behind him") {
  test::LoginWorld world;
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future().share();
  world.surroundings.nocreate = [gone] {
    gone.wait();
    return false;
  };
  world.start(1);
  std::vector<std::future<LookupResult>> answers;
  for (const std::string password : {"short", "tiny", test::kGoodPassword}) {
    auto promise = std::make_shared<std::promise<LookupResult>>();
    answers.push_back(promise->get_future());
    world.running->work(ann_with(password, ""), [promise](LookupResult result) {
      promise->set_value(std::move(result));
    });
  }
  go.set_value();
  CHECK(answers[0].get().kind == Kind::kNotFound);
  CHECK(answers[1].get().kind == Kind::kNotFound);
  CHECK(answers[2].get().kind == Kind::kFound);
}

TEST_CASE("a use of an invite is given back when no account comes of it") {
  test::LoginWorld world;
  world.set("registration", "invite");
  world.set("invites_file", world.accounts.path("invites.json"));
  world.set("max_creations", "1");
  const doveauth::Invitations invites(world.accounts.path("invites.json"));
  doveauth::Invite invite;
  invite.uses = 2;
  REQUIRE(invites.add("summercamp", invite) == std::nullopt);
  world.start();
  const auto used = [&] {
    std::string error;
    return invites.all(error)->at("summercamp").used;
  };
  // A file where the mailbox should be: the account cannot be made.
  world.accounts.write("bob000001@a.example", "");
  const std::string password = "summercamp-secret-pass";
  CHECK(world.running->find({password, "bob000001@a.example", ""})->kind ==
        Kind::kFailed);
  CHECK(used() == 0);
  CHECK(world.log_in(ann_with(password, "")).kind == Kind::kFound);
  CHECK(used() == 1);
  CHECK(world.log_in({password, "cid000001@a.example", ""}).kind ==
        Kind::kFailed);
  CHECK(used() == 1);
  world.now += 7200;
  CHECK(world.log_in({password, "cid000001@a.example", ""}).kind ==
        Kind::kFound);
  CHECK(used() == 2);
}

TEST_CASE("guesses are counted by network: free, compared, refused") {
  test::LoginWorld world;
  world.set("max_failed_logins", "6");
  world.start();
  REQUIRE(world.log_in(ann_with(kAnn.password, "")).kind == Kind::kFound);
  const auto guess = [&](int number, const std::string& remote) {
    return world.log_in(ann_with("guess-" + std::to_string(number), remote));
  };
  const auto compared = [&](const std::string& result) {
    const std::string text = world.counters.text();
    return text.find("chatmail_auth_compared_total{result=\"" + result +
                     "\"}") != std::string::npos;
  };
  for (int i = 0; i < 3; ++i) CHECK(guess(i, "192.0.2.7").kind == Kind::kFound);
  CHECK_FALSE(compared("wrong"));
  for (int i = 3; i < 6; ++i) CHECK(guess(i, "192.0.2.7").kind == Kind::kFound);
  CHECK(compared("wrong"));
  CHECK(guess(6, "192.0.2.7").kind == Kind::kFailed);
  // What was tried before tells nothing new; the rest is refused, right or not,
  // there or not.
  CHECK(guess(0, "192.0.2.7").kind == Kind::kFound);
  CHECK(world.log_in(ann_with(kAnn.password, "192.0.2.7")).kind ==
        Kind::kFailed);
  CHECK(
      world.log_in({kAnn.password, "new000001@a.example", "192.0.2.7"}).kind ==
      Kind::kFailed);
  CHECK_FALSE(world.accounts.exists("new000001@a.example"));
  CHECK(guess(7, "192.0.2.8").kind == Kind::kFound);
  CHECK(guess(8, "127.0.0.1").kind == Kind::kFound);
  CHECK(guess(9, "").kind == Kind::kFound);
  CHECK(logged(world, "login refused: too many failed logins") == 3);
  world.now += 3600;
  CHECK(world.log_in(ann_with(kAnn.password, "192.0.2.7")).kind ==
        Kind::kFound);
}

TEST_CASE("right passwords are never counted where they are compared") {
  test::LoginWorld world;
  world.set("max_failed_logins", "4");
  world.set("max_creations_per_network", "1000");
  world.start();
  // Many users behind one address.
  for (int i = 0; i < 20; ++i) {
    const std::string user =
        "u0000000" + std::to_string(10 + i).substr(1) + "@a.example";
    world.log_in({kAnn.password, user, ""});
    CHECK(world.log_in({kAnn.password, user, "192.0.2.7"}).kind ==
          Kind::kFound);
  }
  CHECK(logged(world, "login refused") == 0);
}

TEST_CASE(
    "a relay without a name has accounts, however their domain is spelled") {
  struct Row {
    const char* mail_domain;
    const char* address;  // as Dovecot and mailboxes have it
  };
  for (const Row& row : {Row{"192.0.2.1", "ann000001@[192.0.2.1]"},
                         Row{"2001:DB8::1", "ann000001@[ipv6:2001:db8::1]"}}) {
    INFO(row.mail_domain);
    test::LoginWorld world;
    world.set("mail_domain", row.mail_domain);
    world.start();
    const std::string user = row.address;
    CHECK(mailbox::canonical_address(user) == user);
    CHECK(world.log_in({test::kGoodPassword, user, ""}).kind == Kind::kFound);
    CHECK(world.accounts.exists(user + "/password"));
    CHECK(world.running->find_user(user).kind == Kind::kFound);
    CHECK(mailbox::look_up_account(world.accounts.path(""), user).state ==
          mailbox::AccountLookup::State::kEnforcing);
  }
}
