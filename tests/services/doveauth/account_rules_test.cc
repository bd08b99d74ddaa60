#include "deploy/services/doveauth/account_rules.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "tests/services/doveauth/login_world.h"

using doveauth::Decision;
using doveauth::PassdbKey;
using Kind = doveauth::Decision::Kind;

namespace {

Decision decide(test::LoginWorld& world, const PassdbKey& login) {
  const auto setup = world.make_setup();
  doveauth::LoginFacts facts(login, setup->settings, setup->surroundings);
  std::vector<doveauth::LimitUse> used;
  return setup->rules->decide_creation(facts, world.limits, world.now, used);
}

struct Row {
  std::string what;
  std::function<void(test::LoginWorld&, PassdbKey&)> change;
  Kind kind;
  std::string reason;
  std::string text;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.what);
    test::LoginWorld world;
    PassdbKey login{test::kGoodPassword, test::kGoodAddress, "192.0.2.7"};
    row.change(world, login);
    const Decision decision = decide(world, login);
    CHECK(decision.kind == row.kind);
    CHECK(decision.reason == row.reason);
    CHECK(decision.text == row.text);
  }
}

}  // namespace

TEST_CASE("a first login in a valid world makes an account") {
  test::LoginWorld world;
  const Decision decision =
      decide(world, {test::kGoodPassword, test::kGoodAddress, "192.0.2.7"});
  CHECK(decision.kind == Kind::kAccept);
}

TEST_CASE("what is wrong with a login is refused, each with its reason") {
  check({
      {"nocreate", [](auto& world, auto&) { world.nocreate = true; },
       Kind::kReject, "nocreate", "/etc/chatmail-nocreate is there"},
      {"closed",
       [](auto& world, auto&) { world.set("registration", "closed"); },
       Kind::kReject, "closed", "registration is closed"},
      {"no invite",
       [](auto& world, auto&) { world.set("registration", "invite"); },
       Kind::kReject, "no-invite", "no valid invite token"},
      {"a token that is none",
       [](auto& world, auto& login) {
         world.set("registration", "invite");
         login.password = "wintercamp-secret-pass";
       },
       Kind::kReject, "no-invite", "no valid invite token"},
      {"a short password",
       [](auto&, auto& login) { login.password = "12345678"; }, Kind::kReject,
       "password-length",
       "the password has 8 characters, at least 9 are wanted"},
      {"few characters of many octets",
       [](auto&, auto& login) {
         login.password = "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80";
       },
       Kind::kReject, "password-length",
       "the password has 3 characters, at least 9 are wanted"},
      {"only a token",
       [](auto&, auto& login) { login.password = "summercamp-short"; },
       Kind::kReject, "password-length",
       "the password has 5 characters, at least 9 are wanted"},
      {"4 KB", [](auto&, auto& login) { login.password.assign(4096, 'x'); },
       Kind::kReject, "password-length", "the password has 4096 octets"},
      {"NUL", [](auto&, auto& login) { login.password[3] = '\0'; },
       Kind::kReject, "password-characters",
       "the password is no printable UTF-8"},
      {"Latin-1", [](auto&, auto& login) { login.password[3] = '\xE4'; },
       Kind::kReject, "password-characters",
       "the password is no printable UTF-8"},
      {"a short name", [](auto&, auto& login) { login.user = "ann@a.example"; },
       Kind::kReject, "local-part-length", "a local part of 3 octets"},
      {"a long name",
       [](auto&, auto& login) { login.user = "ann0000001@a.example"; },
       Kind::kReject, "local-part-length", "a local part of 10 octets"},
      {"capitals", [](auto&, auto& login) { login.user[0] = 'A'; },
       Kind::kReject, "local-part-characters",
       "other characters than a-z, 0-9, dot, hyphen, underscore"},
      {"a detail", [](auto&, auto& login) { login.user[3] = '+'; },
       Kind::kReject, "local-part-characters",
       "other characters than a-z, 0-9, dot, hyphen, underscore"},
  });
}

TEST_CASE("a host at its end defers, as relays' logs say it today") {
  check({
      {"load", [](auto& world, auto&) { world.load.load_hundredths = 510; },
       Kind::kDefer, "load", "load avg 5.10 > 5.00"},
      {"memory",
       [](auto& world, auto&) {
         world.load.available_memory = std::uint64_t{90} << 20U;
       },
       Kind::kDefer, "memory", "available memory 90MB < 200MB"},
      {"disk",
       [](auto& world, auto&) { world.free_disk = std::uint64_t{1000} << 20U; },
       Kind::kDefer, "disk", "free disk space 1000MB < 1024MB"},
      {"invites that cannot be read",
       [](auto& world, auto& login) {
         world.set("registration", "invite");
         world.invites_fail = true;
         login.password = "summercamp-secret-pass";
       },
       Kind::kDefer, "temporary-error",
       "invite.valid cannot be told for the moment"},
  });
  check({
      {"the load that is allowed",
       [](auto& world, auto&) { world.load.load_hundredths = 500; },
       Kind::kAccept, "", ""},
      {"nothing can be read",
       [](auto& world, auto&) {
         world.load = {};
         world.free_disk = doveauth::free_disk_space("/nonexistent");
       },
       Kind::kAccept, "", ""},
  });
}

TEST_CASE("who has an invite gets in where others do not") {
  test::LoginWorld world;
  world.set("registration", "invite");
  CHECK(
      decide(world, {"summercamp-secret-pass", test::kGoodAddress, "192.0.2.7"})
          .kind == Kind::kAccept);
}

TEST_CASE("new accounts are counted by network, but for invites and proxies") {
  test::LoginWorld world;
  world.set("max_creations_per_network", "2");
  const auto kind_from = [&](const std::string& remote,
                             const std::string& password) {
    return decide(world, {password, test::kGoodAddress, remote}).kind;
  };
  const std::string password = test::kGoodPassword;
  CHECK(kind_from("192.0.2.7", password) == Kind::kAccept);
  CHECK(kind_from("192.0.2.7", password) == Kind::kAccept);
  CHECK(kind_from("192.0.2.7", password) == Kind::kDefer);
  CHECK(kind_from("::ffff:192.0.2.7", password) == Kind::kDefer);
  CHECK(kind_from("192.0.2.8", password) == Kind::kAccept);
  CHECK(kind_from("192.0.2.7", "summercamp-secret-pass") == Kind::kAccept);
  for (int i = 0; i < 5; ++i) {
    CHECK(kind_from("127.0.0.1", password) == Kind::kAccept);
    CHECK(kind_from("", password) == Kind::kAccept);
  }
  world.now += 1800;
  CHECK(kind_from("192.0.2.7", password) == Kind::kAccept);
}

TEST_CASE("what one limit refuses uses nothing of another") {
  test::LoginWorld world;
  world.set("max_creations", "3");
  world.set("max_creations_per_network", "1");
  const auto decide_from = [&](const std::string& remote) {
    return decide(world, {test::kGoodPassword, test::kGoodAddress, remote});
  };
  CHECK(decide_from("192.0.2.1").kind == Kind::kAccept);
  for (int i = 0; i < 5; ++i) {
    CHECK(decide_from("192.0.2.1").reason == "network-limit");
  }
  CHECK(decide_from("192.0.2.2").kind == Kind::kAccept);
  CHECK(decide_from("192.0.2.3").kind == Kind::kAccept);
  const Decision decision = decide_from("192.0.2.4");
  CHECK(decision.reason == "total-limit");
  CHECK(decision.text == "too many new accounts, wait 1200 s");
  // The total refused it, so its network still has one.
  world.now += 1200;
  CHECK(decide_from("192.0.2.4").kind == Kind::kAccept);
}

TEST_CASE("the operator's own rules come first, and broken ones are told") {
  test::LoginWorld world;
  const test::TemporaryDirectory own;
  const std::string shipped =
      std::string(CHATMILTER_SOURCE_DIR) + "/rules/accounts";
  const auto write = [&](const std::string& text) {
    std::ofstream(own.path("50-own.conf")) << text;
    world.set("account_rules",
              own.path("no-such-folder") + " " + own.path() + " " + shipped);
  };
  const PassdbKey login{test::kGoodPassword, test::kGoodAddress, "192.0.2.7"};
  write(
      "on create\nreject 535 \"not {local-part}\" as unwanted"
      " when client in {\"192.0.2.0/24\"}\n");
  CHECK(decide(world, login).text == "not ann000001");

  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  write("on create\nreject 535 \"x\" as x when lod > 5\n");
  CHECK(doveauth::make_setup(world.settings, errors, warnings) == nullptr);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("50-own.conf:2:26: error: ") != std::string::npos);

  errors.clear();
  world.set("account_rules", own.path("no-such-folder"));
  CHECK(doveauth::make_setup(world.settings, errors, warnings) == nullptr);
  CHECK(errors ==
        std::vector<std::string>{"account_rules: there is no rules file"});
}
