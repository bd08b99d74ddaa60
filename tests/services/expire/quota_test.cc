#include "deploy/services/expire/quota.h"

#include "tests/services/expire/mail_world.h"

namespace {

constexpr char kAnn[] = "ann@a.example";
const std::string kRoot = std::string(kAnn) + "/";

std::string name_of(double age, int size) {
  return std::to_string(test::kNow -
                        static_cast<std::time_t>(age * test::kDay)) +
         ".M1P2.host,S=" + std::to_string(size) + ":2,";
}

struct World : test::MailWorld {
  World() {
    accounts.make(kAnn, "{PLAIN}x");
    accounts.write(kRoot + "maildirsize", "x");
    // The time of the file says nothing, nor does its size.
    message(kRoot + "cur/" + name_of(9, 100), 1, 0);
    message(kRoot + "new/" + name_of(8, 200), 1, 0);
    message(kRoot + ".Sent/cur/" + name_of(7, 300), 1, 0);
    message(kRoot + "cur/" + name_of(0.9, 400), 1, 500);
    // Not counted: under way, or another program's.
    message(kRoot + "tmp/" + name_of(30, 5000), 1, 500);
    message(kRoot + "cur/foreign", 5000, 500);
  }
  std::size_t shrink(off_t target, std::string& error) const {
    const auto opened = accounts.mailboxes().find(kAnn);
    return expire::shrink(opened.mailbox, target, test::kNow, error);
  }
};

}  // namespace

TEST_CASE("the oldest go until it fits, and none of the last day") {
  const struct {
    off_t target;
    std::size_t removed;
  } rows[] = {{5000, 0}, {1000, 0}, {999, 1}, {900, 1},
              {899, 2},  {700, 2},  {699, 3}, {0, 3}};
  for (const auto& row : rows) {
    INFO(row.target);
    const World world;
    std::string error;
    CHECK(world.shrink(row.target, error) == row.removed);
    CHECK(error.empty());
    CHECK(world.exists(kRoot + "cur/" + name_of(9, 100)) == (row.removed < 1));
    CHECK(world.exists(kRoot + "new/" + name_of(8, 200)) == (row.removed < 2));
    CHECK(world.exists(kRoot + ".Sent/cur/" + name_of(7, 300)) ==
          (row.removed < 3));
    CHECK(world.exists(kRoot + "cur/" + name_of(0.9, 400)));
    CHECK(world.exists(kRoot + "tmp/" + name_of(30, 5000)));
    CHECK(world.exists(kRoot + "cur/foreign"));
    CHECK(world.exists(kRoot + "maildirsize") == (row.removed == 0));
  }
}

TEST_CASE("of one second, the smaller goes first, then by name") {
  World world;
  for (const char* name : {"100.b,S=10", "100.a,S=10", "100.c,S=9"}) {
    world.message(kRoot + "cur/" + name, 1, 0);
  }
  std::string error;
  const auto opened = world.accounts.mailboxes().find(kAnn);
  const auto oldest = expire::find_oldest(
      opened.mailbox, 1000 + 29 - 20, test::kNow,
      [](const mailbox::Message&) { return false; }, error);
  CHECK(error.empty());
  REQUIRE(oldest.size() == 3);
  CHECK(oldest[0].path == "cur/100.c,S=9");
  CHECK(oldest[1].path == "cur/100.a,S=10");
  CHECK(oldest[2].path == "cur/100.b,S=10");
}

TEST_CASE("a file that does not go is named, and the messages go") {
  const World world;
  const auto opened = world.accounts.mailboxes().find(kAnn);
  std::filesystem::remove(world.accounts.path(kRoot + "maildirsize"));
  std::filesystem::create_directory(world.accounts.path(kRoot + "maildirsize"));
  std::string error;
  CHECK(expire::shrink(opened.mailbox, 700, test::kNow, error) == 2);
  CHECK(error.starts_with("maildirsize"));
}
