#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/ip_address.h"
#include "daemon/settings.h"
#include "deploy/zone/check.h"
#include "deploy/zone/public_addresses.h"
#include "deploy/zone/records.h"
#include "dkim/signing_key.h"

using machine::DnsType;
using zone::Record;
using zone::State;

namespace {

// A table, and a name about which there is no answer.
struct FakeDns : machine::Dns {
  std::vector<machine::DnsAnswer> ask_all(
      const std::vector<machine::DnsQuestion>& questions) override {
    ++times;
    std::vector<machine::DnsAnswer> answers;
    for (const auto& [name, type] : questions) {
      answers.push_back(name == silent
                            ? machine::DnsAnswer{"no answer", {}}
                            : machine::DnsAnswer{"", records[{name, type}]});
    }
    return answers;
  }
  std::map<std::pair<std::string, DnsType>, std::vector<std::string>> records;
  std::string silent;
  int times = 0;
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

std::vector<Record> records_of(const std::string& ini) {
  zone::Facts facts;
  facts.ipv4 = {"203.0.113.5"};
  facts.ipv6 = {"2001:db8::5"};
  facts.keys = {{"opendkim._domainkey.a.example", key_record()}};
  facts.acme_account = "https://acme.example/acct/7";
  facts.now = 1'790'000'000;
  return zone::records_of(site_of(ini), facts);
}

// A DNS that has them all, as a zone file would make it.
FakeDns world_of(const std::vector<Record>& records) {
  FakeDns dns;
  for (const Record& record : records) {
    if (record.type == DnsType::kCname) {
      dns.records[{record.name, DnsType::kA}] = {"203.0.113.5"};
    } else {
      dns.records[{record.name, record.type}].push_back(record.value);
    }
  }
  return dns;
}

std::string states(const std::vector<Record>& records, FakeDns& dns) {
  std::string text;
  for (const zone::Finding& finding : zone::check(records, dns)) {
    const Record& record = finding.record;
    if (finding.state == State::kGood) continue;
    text += std::string(machine::to_string(record.type)) + " " + record.name +
            " " + std::string(zone::to_string(finding.state)) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a zone file has every record of a relay") {
  const std::string text = zone::file_of(records_of("mail_domain=a.example"));
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
    return zone::file_of(records_of(ini)).find(line) != std::string::npos;
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
  const std::string uncertified =
      "mail_domain=a.example\nmore_mail_domains=_b.example";
  CHECK(has(uncertified, "\n_b.example. 3600 IN MX 10 a.example.\n"));
  CHECK_FALSE(has(uncertified, "mta-sts._b.example."));
  CHECK_FALSE(has(uncertified, "\n_b.example. 3600 IN CAA"));
}

TEST_CASE("a world with all of it is good, and each loss is found") {
  const auto records = records_of("mail_domain=a.example");
  FakeDns whole = world_of(records);
  CHECK(states(records, whole).empty());
  for (const Record& record : records) {
    FakeDns dns = whole;
    const bool is_alias = record.type == DnsType::kCname;
    const DnsType type = is_alias ? DnsType::kA : record.type;
    dns.records[{record.name, type}].clear();
    INFO(record.name);
    const auto finding = zone::check({record}, dns).front();
    CHECK(finding.state == State::kMissing);
    dns.silent = record.name;
    const auto silence = zone::check({record}, dns).front();
    CHECK(silence.state == State::kUnknown);
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
  dns.records[{"s._domainkey.a.example", DnsType::kTxt}] = {spelled};
  Record record{.name = "s._domainkey.a.example",
                .type = DnsType::kTxt,
                .value = key_record(),
                .match = zone::Match::kKey,
                .is_required = true,
                .purpose = ""};
  CHECK(zone::check({record}, dns).front().state == State::kGood);
}

TEST_CASE("what may be there once alone is told when it is there twice") {
  struct Row {
    std::string name;
    DnsType type;
    std::string beside;
    std::string state;
  };
  const std::vector<Row> rows = {
      {"a.example", DnsType::kTxt, "v=spf1 -all", "doubled"},
      {"a.example", DnsType::kTxt, "site-verification=7", ""},
      {"_dmarc.a.example", DnsType::kTxt, "v=DMARC1; p=none", "doubled"},
      {"_mta-sts.a.example", DnsType::kTxt, "v=STSv1; id=2", "doubled"},
      {"opendkim._domainkey.a.example", DnsType::kTxt, "hello", "doubled"},
      {"a.example", DnsType::kMx, "20 b.example.", "doubled"},
      {"a.example", DnsType::kMx, "20 a.example.", ""},
      {"a.example", DnsType::kA, "203.0.113.6", ""},
      {"a.example", DnsType::kCaa, "0 iodef \"mailto:a@b\"", ""},
  };
  const auto records = records_of("mail_domain=a.example");
  for (const Row& row : rows) {
    FakeDns dns = world_of(records);
    dns.records[{row.name, row.type}].push_back(row.beside);
    INFO(row.name << ' ' << row.beside);
    CHECK(states(records, dns) ==
          (row.state.empty() ? ""
                             : std::string(machine::to_string(row.type)) + " " +
                                   row.name + " " + row.state + "\n"));
  }
}

TEST_CASE("all records are asked for at once, and each question once") {
  const auto records = records_of("mail_domain=a.example");
  FakeDns dns = world_of(records);
  CHECK(states(records, dns).empty());
  CHECK(dns.times == 1);
}

TEST_CASE("where our address is not known any one will do") {
  const auto records = zone::records_of(site_of("mail_domain=a.example"), {});
  REQUIRE(records[0].match == zone::Match::kAnyAddress);
  FakeDns dns;
  CHECK(zone::check({records[0]}, dns).front().state == State::kMissing);
  dns.records[{"a.example", DnsType::kAaaa}] = {"2001:db8::1"};
  CHECK(zone::check({records[0]}, dns).front().state == State::kGood);
  dns.silent = "a.example";
  CHECK(zone::check({records[0]}, dns).front().state == State::kUnknown);
}

TEST_CASE("an address of a private network is not for the DNS") {
  for (const char* address :
       {"127.0.0.1", "10.1.2.3", "100.64.0.1", "172.31.255.255", "192.168.0.1",
        "169.254.1.1", "224.0.0.1", "0.0.0.0", "::1", "fe80::1", "fd00::1",
        "nonsense"}) {
    INFO(address);
    CHECK_FALSE(daemons::is_public_address(address));
  }
  for (const char* address :
       {"203.0.113.5", "172.32.0.1", "100.128.0.1", "2001:db8::5"}) {
    INFO(address);
    CHECK(daemons::is_public_address(address));
  }
}
