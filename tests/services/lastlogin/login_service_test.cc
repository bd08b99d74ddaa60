#include "deploy/services/lastlogin/login_service.h"

#include <spdlog/sinks/null_sink.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/mailbox/accounts_directory.h"
#include "tests/services/dict/session_world.h"

namespace {

constexpr std::time_t kDay = std::time_t{1'790'000'000} / 86'400 * 86'400;

struct LoginWorld {
  test::AccountsDirectory accounts;
  spdlog::logger log{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
  lastlogin::LoginService service{accounts.mailboxes(), log};
  test::SessionWorld client{service};

  std::string set(const std::string& key, const std::string& value) {
    client.session->receive("H3\t2\t0\t\tlastlogin\nB1\tann\nS1\t" + key +
                            "\t" + value + "\nC1\n");
    return client.take();
  }
};

}  // namespace

TEST_CASE("a login that Dovecot tells of is noted by the day") {
  LoginWorld world;
  world.accounts.make("ann@a.example", "{PLAIN}x");
  const std::string seconds = std::to_string(kDay + 4711);
  CHECK(world.set("shared/last-login/ann@a.example", seconds) == "O\n");
  CHECK(world.accounts.status("ann@a.example/password").st_mtime == kDay);
  CHECK(world.service.metrics().find(
            "chatmail_last_logins_total{result=\"noted\"} 1") !=
        std::string::npos);
}

TEST_CASE("a login to what is no account is no failure and no trace") {
  LoginWorld world;
  CHECK(world.set("shared/last-login/ann@a.example", "1790000000") == "O\n");
  CHECK(world.set("shared/last-login/../x@a.example", "1790000000") == "O\n");
  CHECK(world.accounts.names(".").empty());
}

TEST_CASE("what is no login is told so") {
  LoginWorld world;
  world.accounts.make("ann@a.example", "{PLAIN}x");
  struct Row {
    std::string key;
    std::string value;
    std::string answer;
  };
  const std::vector<Row> rows = {
      {"priv/devicetoken", "x", "F1\tonly logins are noted here\n"},
      {"shared/last-login/ann@a.example", "soon", "F1\tno time of a login\n"},
      {"shared/last-login/ann@a.example", "", "F1\tno time of a login\n"},
      {"shared/last-login/ann@a.example", "-5", "F1\tno time of a login\n"},
      {"shared/last-login/ann@a.example", "99999999999999999999",
       "F1\tno time of a login\n"},
  };
  for (const Row& row : rows) {
    INFO(row.key << " " << row.value);
    CHECK(world.set(row.key, row.value) == row.answer);
  }
  world.client.session->receive(
      "B2\tann\nU2\tshared/last-login/ann@a.example\nC2\n"
      "Lshared/last-login/ann@a.example\tann\nI0\t0\tshared/\tann\n");
  CHECK(world.client.take() == "F2\tonly logins are noted here\nN\n\n");
}

TEST_CASE("a login that cannot be noted fails") {
  LoginWorld world;
  world.accounts.write("ann@a.example", "a file where a mailbox should be");
  CHECK(world.set("shared/last-login/ann@a.example", "1790000000") ==
        "F1\tthe mailbox's directory: Not a directory\n");
}
