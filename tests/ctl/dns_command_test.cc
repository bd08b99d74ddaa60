#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "dkim/signing_key.h"
#include "tests/ctl/command_world.h"
#include "tests/dkim/dns_server.h"

using Catch::Matchers::Contains;
using test::CommandWorld;

namespace {

dkim::testing::DnsRecord text_record(const std::string& text) {
  dkim::testing::DnsRecord record;
  record.texts = {text};
  return record;
}

}  // namespace

TEST_CASE("chatmail dns makes the zone file of the key on disk") {
  CommandWorld world;
  const auto key =
      dkim::generate_signing_key(dkim::KeyType::kEd25519, "a.example", "s").key;
  world.write("chatmail.ini",
              "[params]\nmail_domain = a.example\ndkim_selector = s\n"
              "dkim_key = " +
                  world.directory.path("key") + "\n");
  CHECK(world.run({"dns", "--zonefile", "--address", "203.0.113.5"}) ==
        ctl::kExitDiffers);
  CHECK_THAT(world.err.str(), Contains("chatmail dkim keygen"));
  world.write("key", key->private_pem());
  chmod(world.directory.path("key").c_str(), 0600);
  CHECK(world.run({"dns", "--zonefile", "--address", "203.0.113.5"}) ==
        ctl::kExitDone);
  CHECK_THAT(world.out.str(),
             Contains("s._domainkey.a.example. 3600 IN TXT \"" +
                      key->strict_record() + "\"\n"));
  CHECK_THAT(world.out.str(), Contains("a.example. 3600 IN A 203.0.113.5\n"));
  CHECK(world.err.str().empty());
}

TEST_CASE("chatmail dns asks the server that it is told") {
  dkim::testing::DnsServer server;
  CommandWorld world;
  const auto key =
      dkim::generate_signing_key(dkim::KeyType::kEd25519, "_a.example", "s")
          .key;
  world.write("key", key->private_pem());
  chmod(world.directory.path("key").c_str(), 0600);
  world.write("chatmail.ini",
              "[params]\nmail_domain = _a.example\ndkim_selector = s\n"
              "dkim_key = " +
                  world.directory.path("key") + "\n");
  server.set("s._domainkey._a.example", text_record(key->strict_record()));
  server.set("_dmarc._a.example", text_record("v=DMARC1; p=none"));
  CHECK(world.run({"dns", "--json", "--address", "203.0.113.5", "--server",
                   server.forwarder()}) == ctl::kExitDiffers);
  std::map<std::string, std::string> state;
  std::istringstream lines(world.out.str());
  for (std::string line; std::getline(lines, line);) {
    const auto finding = nlohmann::json::parse(line);
    state[finding["type"].get<std::string>() + " " +
          finding["name"].get<std::string>()] = finding["state"];
  }
  CHECK(state["TXT s._domainkey._a.example"] == "good");
  CHECK(state["TXT _dmarc._a.example"] == "differs");
  CHECK(state["MX _a.example"] == "missing");
  CHECK(world.run({"dns", "--address", "203.0.113.5", "--server",
                   server.forwarder()}) == ctl::kExitDiffers);
  CHECK_THAT(world.out.str(),
             Contains("  good     TXT    s._domainkey._a.example\n"));
  CHECK_THAT(world.out.str(),
             Contains("           there is:  v=DMARC1; p=none\n"
                      "           change to: _dmarc._a.example. 3600 IN TXT "));
  CHECK_THAT(world.out.str(),
             Contains("           add:       _a.example. 3600 IN MX 10 "
                      "_a.example.\n"));
}

TEST_CASE("a relay at an address needs no DNS") {
  CommandWorld world;
  world.write("chatmail.ini", "[params]\nmail_domain = 192.0.2.1\n");
  CHECK(world.run({"dns"}) == ctl::kExitDone);
  CHECK_THAT(world.out.str(), Contains("nothing in the DNS"));
}
