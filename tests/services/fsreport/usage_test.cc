#include "deploy/services/fsreport/usage.h"

#include <algorithm>
#include <string>

#include "tests/services/expire/mail_world.h"

namespace {

constexpr char kAnn[] = "ann@a.example";

fsreport::Usage usage_of(const test::MailWorld& world, const char* name,
                         const fsreport::Question& question = {test::kNow}) {
  std::string error;
  const auto usage =
      usage_of(world.accounts.mailboxes(), name, question, error);
  CHECK(error.empty() == (usage.errors == 0));
  return usage;
}

using Counts = std::array<std::uint64_t, 7>;

}  // namespace

TEST_CASE("messages are counted by the sizes that they reach") {
  test::MailWorld world;
  world.accounts.make(kAnn, "12345");
  world.set_age(std::string(kAnn) + "/password", 3);
  constexpr std::size_t sizes[] = {0, 102'399, 102'400, 524'288, 3 << 20};
  std::uint64_t total = 0;
  for (const std::size_t size : sizes) {
    total += size;
    world.message(std::string(kAnn) + "/.Sent/cur/" + std::to_string(size),
                  size, 1);
  }
  world.message(std::string(kAnn) + "/new/x", 7, 1);
  world.message(std::string(kAnn) + "/dovecot.index", 100, 1);
  auto usage = usage_of(world, kAnn);
  CHECK(usage.message_octets == total + 7);
  CHECK(usage.extra_octets == 105);
  CHECK(usage.count == Counts{6, 3, 2, 1, 1, 0, 0});
  CHECK(usage.octets[0] == total + 7);
  CHECK(usage.octets[2] == 524'288 + (3 << 20));
  CHECK(usage.octets[4] == 3 << 20);
  CHECK(usage.octets[5] == 0);

  usage = usage_of(world, kAnn, {test::kNow, 0, "new"});
  CHECK(usage.message_octets == total + 7);
  CHECK(usage.count[0] == 1);
  CHECK(usage.octets[0] == 7);
  CHECK(usage_of(world, kAnn, {test::kNow, 3, ""}).count[0] == 6);
  CHECK(usage_of(world, kAnn, {test::kNow, 4, ""}).count[0] == 0);
}

TEST_CASE("accounts are counted by their last login, tests apart") {
  test::MailWorld world;
  const struct {
    double age;
    Counts active;
  } rows[] = {
      {0, {1, 1, 1, 1, 1, 1, 1}},   {1, {1, 1, 1, 1, 1, 1, 1}},
      {1.1, {0, 1, 1, 1, 1, 1, 1}}, {29, {0, 0, 1, 1, 1, 1, 1}},
      {99, {0, 0, 0, 0, 0, 1, 1}},  {151, {0, 0, 0, 0, 0, 0, 0}},
      {-1, {1, 1, 1, 1, 1, 1, 1}},
  };
  world.account(kAnn, 0);
  for (const auto& row : rows) {
    INFO(row.age);
    world.set_age(std::string(kAnn) + "/password", row.age);
    const auto usage = usage_of(world, kAnn);
    CHECK(usage.accounts == 1);
    CHECK(usage.ci_accounts == 0);
    CHECK(usage.active == row.active);
  }
  world.account("ci-1@a.example", 0);
  const auto usage = usage_of(world, "ci-1@a.example");
  CHECK(usage.accounts == 1);
  CHECK(usage.ci_accounts == 1);
  CHECK(usage.active == Counts{});
}

TEST_CASE("what is no account takes room all the same") {
  test::MailWorld world;
  world.message("bob@a.example/cur/1", 50, 1);
  auto usage = usage_of(world, "bob@a.example");
  CHECK(usage.message_octets == 50);
  CHECK(usage.accounts == 0);
  CHECK(usage.count == Counts{});
  CHECK(usage.errors == 0);

  std::filesystem::create_directory(
      world.accounts.path("bob@a.example/password"));
  usage = usage_of(world, "bob@a.example");
  CHECK(usage.message_octets == 50);
  CHECK(usage.accounts == 0);
  CHECK(usage.errors == 1);

  CHECK(usage_of(world, "gone@a.example").errors == 0);
  CHECK(usage_of(world, "a@b@c").errors == 1);
}

TEST_CASE("usages add up") {
  test::MailWorld world;
  world.account(kAnn, 5);
  world.account("ci-1@a.example", 5);
  auto sum = usage_of(world, kAnn);
  sum.add(usage_of(world, "ci-1@a.example"));
  CHECK(sum.accounts == 2);
  CHECK(sum.ci_accounts == 1);
  CHECK(sum.active == Counts{0, 1, 1, 1, 1, 1, 1});
  CHECK(sum.count[0] == 4);
  CHECK(sum.octets[0] == 40);
  CHECK(sum.message_octets == 40);
  CHECK(sum.extra_octets == 16);
}
