#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "daemon/settings.h"
#include "deploy/ctl/zone.h"
#include "deploy/ctl/zone_check.h"
#include "dkim/signing_key.h"
#include "tests/ctl/command_world.h"
#include "tests/dkim/dns_server.h"

using Catch::Matchers::Contains;
using ctl::ZoneRecord;
using ctl::ZoneState;
using machine::DnsType;
using test::CommandWorld;

namespace {

// A table, and names about which there is no answer.
struct FakeDns : machine::Dns {
  machine::DnsAnswer ask(const std::string& name, DnsType type) override {
    if (name == silent) return {"no answer", {}};
    return {"", records[{name, type}]};
  }
  std::map<std::pair<std::string, DnsType>, std::vector<std::string>> records;
  std::string silent;
};

relay::Site site_of(const std::string& ini) {
  const auto file = daemons::parse_settings("[params]\n" + ini, "chatmail.ini");
  REQUIRE(file.errors.empty());
  const auto made = relay::make_site(file.settings, {});
  REQUIRE(made.errors.empty());
  return made.site;
}

std::string key_record() {
  static const std::string record =
      dkim::generate_signing_key(dkim::KeyType::kRsa, "a.example", "opendkim")
          .key->strict_record();
  return record;
}

std::vector<ZoneRecord> records_of(const std::string& ini) {
  ctl::ZoneFacts facts;
  facts.ipv4 = {"203.0.113.5"};
  facts.ipv6 = {"2001:db8::5"};
  facts.keys = {{"opendkim._domainkey.a.example", key_record()}};
  facts.acme_account = "https://acme.example/acct/7";
  facts.now = 1'790'000'000;
  return ctl::zone_records(site_of(ini), facts);
}

// A DNS that has them all, as a zone file would make it.
FakeDns world_of(const std::vector<ZoneRecord>& records) {
  FakeDns dns;
  for (const ZoneRecord& record : records) {
    if (record.type == DnsType::kCname) {
      dns.records[{record.name, DnsType::kA}] = {"203.0.113.5"};
    } else {
      dns.records[{record.name, record.type}].push_back(record.value);
    }
  }
  return dns;
}

dkim::testing::DnsRecord text_record(const std::string& text) {
  dkim::testing::DnsRecord record;
  record.texts = {text};
  return record;
}

std::string states(const std::vector<ZoneRecord>& records, FakeDns& dns) {
  std::string text;
  for (const ZoneRecord& record : records) {
    const auto finding = ctl::check_record(record, dns);
    if (finding.state == ZoneState::kGood) continue;
    text += std::string(machine::to_string(record.type)) + " " + record.name +
            " " + std::string(ctl::to_string(finding.state)) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a zone file has every record of a relay") {
  const std::string text = ctl::zone_file(records_of("mail_domain=a.example"));
  const std::string key = key_record();
  CHECK(text ==
        "; Required\n"
        "a.example. 3600 IN A 203.0.113.5\n"
        "a.example. 3600 IN MX 10 a.example.\n"
        "_mta-sts.a.example. 3600 IN TXT \"v=STSv1; id=202609211413\"\n"
        "mta-sts.a.example. 3600 IN CNAME a.example.\n"
        "www.a.example. 3600 IN CNAME a.example.\n"
        "opendkim._domainkey.a.example. 3600 IN TXT \"" +
            key.substr(0, 255) + "\" \"" + key.substr(255) +
            "\"\n"
            "\n; Recommended\n"
            "a.example. 3600 IN AAAA 2001:db8::5\n"
            "a.example. 3600 IN TXT \"v=spf1 a ~all\"\n"
            "_dmarc.a.example. 3600 IN TXT \"v=DMARC1;p=reject;adkim=s;aspf=s\""
            "\n"
            "a.example. 3600 IN CAA 0 issue \"letsencrypt.org;accounturi=https:"
            "//acme.example/acct/7\"\n"
            "_submission._tcp.a.example. 3600 IN SRV 0 1 587 a.example.\n"
            "_submissions._tcp.a.example. 3600 IN SRV 0 1 465 a.example.\n"
            "_imap._tcp.a.example. 3600 IN SRV 0 1 143 a.example.\n"
            "_imaps._tcp.a.example. 3600 IN SRV 0 1 993 a.example.\n");
}

TEST_CASE("what a relay of another make has in its zone") {
  const auto has = [](const std::string& ini, const std::string& line) {
    INFO(ini);
    return ctl::zone_file(records_of(ini)).find(line) != std::string::npos;
  };
  CHECK(records_of("mail_domain=192.0.2.1").empty());
  CHECK(has("mail_domain=_a.example", "_a.example. 3600 IN MX"));
  CHECK_FALSE(has("mail_domain=_a.example", "mta-sts"));
  CHECK_FALSE(has("mail_domain=_a.example", "CAA"));
  CHECK_FALSE(has("mail_domain=a.example\ndisable_ipv6=yes", "AAAA"));
  const std::string external =
      "mail_domain=a.example\ntls_external_cert_and_key=/a.pem /b.pem";
  CHECK(has(external, "mta-sts.a.example."));
  CHECK_FALSE(has(external, "CAA"));
  const std::string two = "mail_domain=a.example\nmore_mail_domains=b.example";
  CHECK(has(two, "\nb.example. 3600 IN MX 10 a.example.\n"));
  CHECK(has(two, "_imaps._tcp.b.example. 3600 IN SRV 0 1 993 a.example.\n"));
}

TEST_CASE("a world with all of it is good, and each loss is found") {
  const auto records = records_of("mail_domain=a.example");
  FakeDns whole = world_of(records);
  CHECK(states(records, whole).empty());
  for (const ZoneRecord& record : records) {
    FakeDns dns = whole;
    const bool is_alias = record.type == DnsType::kCname;
    const DnsType type = is_alias ? DnsType::kA : record.type;
    dns.records[{record.name, type}].clear();
    INFO(record.name);
    const auto finding = ctl::check_record(record, dns);
    CHECK(finding.state == ZoneState::kMissing);
    dns.silent = record.name;
    const auto silence = ctl::check_record(record, dns);
    CHECK(silence.state == ZoneState::kUnknown);
    CHECK(silence.error == "no answer");
  }
}

TEST_CASE("what stands there instead is told") {
  struct Row {
    std::string name;
    DnsType type;
    std::string value;
    std::string state;
  };
  const std::string other_key =
      dkim::generate_signing_key(dkim::KeyType::kRsa, "a.example", "opendkim")
          .key->record();
  const std::vector<Row> rows = {
      {"a.example", DnsType::kMx, "20 a.example.", ""},
      {"a.example", DnsType::kMx, "10 b.example.", "differs"},
      {"a.example", DnsType::kMx, "10 xa.example.", "differs"},
      {"www.a.example", DnsType::kA, "203.0.113.6", "differs"},
      {"_mta-sts.a.example", DnsType::kTxt, "v=STSv1; id=1;", ""},
      {"_mta-sts.a.example", DnsType::kTxt, "hello", "missing"},
      {"opendkim._domainkey.a.example", DnsType::kTxt, other_key, "differs"},
      {"opendkim._domainkey.a.example", DnsType::kTxt,
       "v=DKIM1; p=", "differs"},
      {"a.example", DnsType::kTxt, "v=spf1 ip4:203.0.113.5 -all", ""},
      {"a.example", DnsType::kTxt, "site-verification=7", "missing"},
      {"_dmarc.a.example", DnsType::kTxt, "v=DMARC1; p=reject", ""},
      {"_dmarc.a.example", DnsType::kTxt, "v=DMARC1; p=none; sp=reject",
       "differs"},
      {"a.example", DnsType::kCaa, "0 issue \"other.example\"", "differs"},
      {"a.example", DnsType::kCaa, "0 issue \"letsencrypt.org\"", ""},
      {"_imap._tcp.a.example", DnsType::kSrv, "0 1 144 a.example.", "differs"},
  };
  const auto records = records_of("mail_domain=a.example");
  for (const Row& row : rows) {
    FakeDns dns = world_of(records);
    dns.records[{row.name, row.type}] = {row.value};
    INFO(row.name << ' ' << row.value);
    const DnsType shown =
        row.name.starts_with("www.") ? DnsType::kCname : row.type;
    CHECK(states(records, dns) ==
          (row.state.empty() ? ""
                             : std::string(machine::to_string(shown)) + " " +
                                   row.name + " " + row.state + "\n"));
  }
}

TEST_CASE("an address that is not this host's is told, with its aliases") {
  const auto records = records_of("mail_domain=a.example");
  FakeDns dns = world_of(records);
  dns.records[{"a.example", DnsType::kA}] = {"203.0.113.6"};
  CHECK(states(records, dns) ==
        "A a.example differs\nCNAME mta-sts.a.example differs\n"
        "CNAME www.a.example differs\n");
}

TEST_CASE("a key in another spelling is the same key") {
  FakeDns dns;
  std::string spelled = key_record();
  const std::size_t at = spelled.find("p=") + 40;
  spelled.insert(at, " ");
  dns.records[{"s._domainkey.a.example", DnsType::kTxt}] = {"other", spelled};
  ZoneRecord record{.name = "s._domainkey.a.example",
                    .type = DnsType::kTxt,
                    .value = key_record(),
                    .match = ctl::ZoneMatch::kKey,
                    .is_required = true,
                    .purpose = ""};
  CHECK(ctl::check_record(record, dns).state == ZoneState::kGood);
}

TEST_CASE("an address of a private network is not for the DNS") {
  for (const char* address :
       {"127.0.0.1", "10.1.2.3", "100.64.0.1", "172.31.255.255", "192.168.0.1",
        "169.254.1.1", "224.0.0.1", "0.0.0.0", "::1", "fe80::1", "fd00::1",
        "nonsense"}) {
    INFO(address);
    CHECK_FALSE(ctl::is_public_address(address));
  }
  for (const char* address :
       {"203.0.113.5", "172.32.0.1", "100.128.0.1", "2001:db8::5"}) {
    INFO(address);
    CHECK(ctl::is_public_address(address));
  }
}

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
