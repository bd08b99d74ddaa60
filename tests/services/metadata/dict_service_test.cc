#include "deploy/services/metadata/dict_service.h"

#include <catch2/catch.hpp>
#include <deque>
#include <string>
#include <vector>

#include "deploy/services/metadata/device_tokens.h"
#include "tests/mailbox/accounts_directory.h"
#include "tests/services/dict/session_world.h"

namespace {

constexpr std::time_t kNow = 1'790'000'000;
constexpr char kHello[] = "H3\t2\t0\t\tmetadata\n";
const std::string kServer =
    "shared/0123456789abcdef/vendor/vendor.dovecot/pvt/server/vendor/"
    "deltachat/";
const std::string kToken = "priv/0123456789abcdef/devicetoken";
const std::string kMail = "priv/0123456789abcdef/messagenew";

// An account of ann, a service, and its client.
struct MetadataWorld {
  MetadataWorld() {
    accounts.make("ann@a.example", "{PLAIN}x");
    service.set_values(values);
    client.session->receive(kHello);
  }
  std::string look_up(const std::string& key,
                      const std::string& user = "ann@a.example") {
    client.session->receive("L" + key + "\t" + user + "\n");
    return client.take();
  }
  std::string commit(const std::string& lines,
                     const std::string& user = "ann@a.example") {
    client.session->receive("B1\t" + user + "\n" + lines + "C1\n");
    return client.take();
  }
  std::string set(const std::string& key, const std::string& value,
                  const std::string& user = "ann@a.example") {
    return commit("S1\t" + key + "\t" + value + "\n", user);
  }

  std::time_t now = kNow;
  bool has_room = true;
  std::vector<std::string> woken;
  std::deque<metadata::DictService::World::Written> unwritten;
  test::AccountsDirectory accounts;
  metadata::ServerValues values{"https://iroh.example", "turn.example:3478",
                                "0123456789abcdef", accounts.path("versions"),
                                1000};
  metadata::DictService service{
      metadata::TokenFiles(accounts.mailboxes()),
      {[this] { return now; },
       [this](const std::function<void()>& task) {
         if (has_room) task();
         return has_room;
       },
       [this](const std::string& address,
              metadata::DictService::World::Written written) {
         woken.push_back(address);
         unwritten.push_back(std::move(written));
       }}};
  test::SessionWorld client{service};
};

}  // namespace

TEST_CASE("tokens are set beside each other, and read in one line") {
  MetadataWorld world;
  CHECK(world.look_up(kToken) == "N\n");
  CHECK(world.set(kToken, "1111") == "O\n");
  CHECK(world.look_up(kToken) == "O1111\n");
  CHECK(world.set(kToken, "2222") == "O\n");
  CHECK(world.look_up(kToken) == "O1111 2222\n");
  CHECK(world.look_up(kToken, "ANN+x@a.example") == "O1111 2222\n");
  CHECK(world.accounts.read("ann@a.example/metadata.json") ==
        R"({"devicetoken":{"1111":1790000000,"2222":1790000000}})");
  CHECK(world.look_up(kToken, "bob@a.example") == "N\n");
  world.now += metadata::kTokenLife;
  CHECK(world.look_up(kToken) == "N\n");
}

TEST_CASE("what is unset is gone, and what cannot be there is so already") {
  MetadataWorld world;
  CHECK(world.commit("U1\t" + kToken + "\n") == "O\n");
  CHECK_FALSE(world.accounts.exists("ann@a.example/metadata.json"));
  world.set(kToken, "1111");
  CHECK(world.commit("U1\t" + kToken + "\n") == "O\n");
  CHECK(world.look_up(kToken) == "N\n");
  CHECK(world.commit("U1\tpriv/0123/comment\n") == "O\n");
}

TEST_CASE("where there is no iroh relay, clients are told of none") {
  MetadataWorld world;
  world.values.iroh_relay.clear();
  world.service.set_values(world.values);
  CHECK(world.look_up(kServer + "irohrelay") == "N\n");
}

TEST_CASE("the relay says of itself what clients ask for") {
  MetadataWorld world;
  CHECK(world.look_up(kServer + "irohrelay") == "Ohttps://iroh.example\n");
  CHECK(world.look_up(kServer + "maxsmtprecipients") == "O1000\n");
  CHECK(world.look_up(kServer + "turn")
            .starts_with("Oturn.example:3478:1790432000:"));
  CHECK(world.look_up(kServer + "appversions") == "N\n");
  world.accounts.write("versions", "{\"clients\":\n [1, \"\xC3\xA4\"]}\n");
  CHECK(world.look_up(kServer + "appversions") ==
        "O{\"clients\":[1,\"\xC3\xA4\"]}\n");
  for (const char* text : {"{\"clients\":", "[1]", ""}) {
    world.accounts.write("versions", text);
    CHECK(world.look_up(kServer + "appversions") == "N\n");
  }
  world.values.turn_secret.clear();
  world.service.set_values(world.values);
  CHECK(world.look_up(kServer + "turn") == "N\n");
}

TEST_CASE("unknown keys are not found, not listed and not set") {
  MetadataWorld world;
  for (const std::string& key :
       {std::string(), std::string("priv/"), std::string("priv/devicetoken"),
        std::string("priv//devicetoken"), "shared" + kToken.substr(4),
        kToken + "/x", kMail, kServer, kServer + "x",
        std::string("shared/0123/comment"), "priv/" + kServer.substr(7),
        std::string("shared/irohrelay")}) {
    INFO(key);
    CHECK(world.look_up(key) == "N\n");
    if (key != kMail) {
      CHECK(world.set(key, "x") == "F1\tthis key cannot be set\n");
    }
  }
  CHECK(world.set(kServer + "irohrelay", "x") ==
        "F1\tthis key cannot be set\n");
  CHECK(world.commit("A1\t" + kToken + "\t1\n") ==
        "F1\tthis key cannot be set\n");
  world.client.session->receive("I9\t0\tpriv/0123456789abcdef/\tann\n");
  CHECK(world.client.take() == "\n");
}

TEST_CASE("mail wakes, and is answered when that is written") {
  MetadataWorld world;
  CHECK(world.set(kMail, "").empty());
  REQUIRE(world.woken == std::vector<std::string>{"ann@a.example"});
  world.unwritten.front()(std::nullopt);
  CHECK(world.client.take() == "O\n");
  CHECK(world.set(kMail, "").empty());
  world.unwritten.back()("No space left on device");
  CHECK(world.client.take() == "F1\tNo space left on device\n");
  CHECK(world.commit("U1\t" + kMail + "\n") == "O\n");
  CHECK(world.woken.size() == 2);
}

TEST_CASE("a transaction is made by its commit, and only whole") {
  MetadataWorld world;
  world.client.session->receive("B1\tann@a.example\nS1\t" + kToken +
                                "\t1111\nS1\t" + kMail + "\t\n");
  CHECK(world.client.take().empty());
  CHECK(world.woken.empty());
  CHECK(world.look_up(kToken) == "N\n");
  world.client.session->receive("R1\n");
  CHECK(world.commit("S1\t" + kToken + "\t1111\nS1\tpriv/x/other\ty\n") ==
        "F1\tthis key cannot be set\n");
  CHECK(world.look_up(kToken) == "N\n");
}

TEST_CASE("what is no token is refused, of any size") {
  MetadataWorld world;
  for (const std::string& value :
       {std::string(), std::string("a b"), std::string("a\x01nb"),
        std::string(4097, 'x')}) {
    CHECK(world.set(kToken, value) == "F1\tno device token\n");
  }
  CHECK(world.set(kToken, std::string(1 << 20U, 'x')).starts_with("F1\t"));
  CHECK_FALSE(world.accounts.exists("ann@a.example/metadata.json"));
  CHECK(world.set(kToken, "1111") == "O\n");
}

TEST_CASE("an account that is not there, or cannot be read, is told apart") {
  MetadataWorld world;
  CHECK(world.set(kToken, "1", "bob@a.example") == "F1\tno such account\n");
  CHECK(world.set(kToken, "1", "../x@a.example") == "F1\tno such account\n");
  world.accounts.write("cid@a.example", "a file where a mailbox should be");
  CHECK(world.look_up(kToken, "cid@a.example").starts_with("F"));
  CHECK(world.set(kToken, "1", "cid@a.example").starts_with("F1\t"));
}

TEST_CASE("a metadata.json that is no JSON has no tokens, and begins anew") {
  MetadataWorld world;
  world.accounts.write("ann@a.example/metadata.json", "\xFFnot JSON");
  CHECK(world.look_up(kToken) == "N\n");
  CHECK(world.set(kToken, "1111") == "O\n");
  CHECK(world.look_up(kToken) == "O1111\n");
}

TEST_CASE("when too many writes wait the client is told, not left waiting") {
  MetadataWorld world;
  world.has_room = false;
  CHECK(world.set(kMail, "") == "F1\ttoo many writes wait for the disk\n");
}
