#include "deploy/installation/preflight.h"

#include <catch2/catch.hpp>
#include <map>

namespace {

using installation::Problem;

// A zone by name and type; what is not in it does not exist.
class Zone final : public machine::Dns {
 public:
  std::vector<machine::DnsAnswer> ask_all(
      const std::vector<machine::DnsQuestion>& questions) override {
    std::vector<machine::DnsAnswer> answers;
    for (const machine::DnsQuestion& question : questions) {
      const auto found = records.find(
          question.name + " " + std::string(machine::to_string(question.type)));
      answers.push_back({error, {}});
      if (found != records.end()) answers.back().records = {found->second};
    }
    return answers;
  }

  std::map<std::string, std::string> records;
  std::string error;
};

relay::Site site_of(relay::TlsMode mode) {
  relay::Site site;
  site.mail_domain = "chat.example";
  site.mail_domains = {"chat.example"};
  site.tls.mode = mode;
  return site;
}

}  // namespace

TEST_CASE("A port is taken by another program alone") {
  const std::vector<machine::ListeningPort> ports = {
      {.port = 25, .program = "exim4", .process_id = 12},
      {.port = 25, .program = "exim4", .process_id = 12},
      {.port = 443, .program = "nginx", .process_id = 13},
      {.port = 993,
       .is_loopback = true,
       .program = "stunnel",
       .process_id = 14},
      {.port = 8080, .program = "java", .process_id = 15},
      {.is_udp = true, .port = 25, .program = "dns", .process_id = 16}};
  const auto problems = installation::occupied_ports(ports);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].what ==
        "port 25 (mail from other relays) is taken by exim4");
  CHECK(problems[0].remedy.find("process 12") != std::string::npos);
}

TEST_CASE("Each record that is missing is told with the line to add") {
  Zone zone;
  zone.records = {{"chat.example AAAA", "2001:db8::1"}};
  const auto external =
      installation::missing_records(site_of(relay::TlsMode::kExternal), zone);
  REQUIRE(external.size() == 1);
  CHECK(external[0].what == "chat.example has no MX record");
  CHECK(external[0].remedy.find("chat.example. 3600 IN MX 10 chat.example.") !=
        std::string::npos);
  const auto acme =
      installation::missing_records(site_of(relay::TlsMode::kAcme), zone);
  REQUIRE(acme.size() == 3);
  CHECK(acme[2].what == "www.chat.example has no CNAME record");
  CHECK(acme[2].remedy.find("www.chat.example. 3600 IN CNAME chat.example.") !=
        std::string::npos);
  zone.records["chat.example MX"] = "10 chat.example.";
  CHECK(installation::missing_records(site_of(relay::TlsMode::kExternal), zone)
            .empty());
}

TEST_CASE("A DNS that does not answer is no missing record") {
  Zone zone;
  zone.error = "SERVFAIL";
  const auto problems =
      installation::missing_records(site_of(relay::TlsMode::kExternal), zone);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].what.find("does not say now") != std::string::npos);
  CHECK(problems[0].remedy.find("--skip-dns-check") != std::string::npos);
}

TEST_CASE("Whoever certifies a name has to find it") {
  Zone zone;
  zone.records = {{"chat.example AAAA", "2001:db8::1"},
                  {"www.chat.example A", "203.0.113.5"}};
  const relay::Site site = site_of(relay::TlsMode::kAcme);
  const auto problems = installation::unreachable_names(site, zone);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].what == "mta-sts.chat.example has no address in the DNS");
  zone.records.clear();
  zone.error = "SERVFAIL";
  CHECK(installation::unreachable_names(site, zone)[0].what ==
        "the DNS does not say now where chat.example is: SERVFAIL");
}

TEST_CASE("A relay at an address wants no record") {
  Zone zone;
  relay::Site site = site_of(relay::TlsMode::kSelfSigned);
  site.is_address = true;
  CHECK(installation::missing_records(site, zone).empty());
}

TEST_CASE("A clock is behind or ahead, and how sure that is") {
  constexpr std::int64_t day = 86'400;
  constexpr std::int64_t today = 1'800'000'000;  // 2027-01-15
  struct Row {
    std::int64_t now;
    installation::ClockEvidence evidence;
    const char* what;
    const char* certainty;
    const char* doubt;
  };
  const machine::SignaturePeriod root{today - day / 2, today + 13 * day};
  const installation::ClockEvidence by_root{.made = today - 90 * day,
                                            .root = root};
  const char* const nobody = "Nobody keeps the clock right";
  const Row rows[] = {
      {today, {.made = today}, "", "", nobody},
      {today, {.made = today, .is_kept = true}, "", "", ""},
      {0,
       {.made = today},
       "behind by 20833 days or more: it says 1970-01-01",
       "certain, unless",
       nobody},
      {today - 30 * day, by_root, "behind by 29 days or more", "as the DNS",
       nobody},
      {today - 60 * day, by_root, "the root of the DNS was signed on 2027-01-1",
       "as the DNS", nobody},
      {today + 20 * day, by_root,
       "ahead by 7 days or more: it says 2027-02-04, and what the root of the "
       "DNS has signed holds until 2027-01-28",
       "as the DNS", "may be ahead"},
      // Less is seen, and not for sure.
      {today + 6 * day, by_root, "", "", "may be ahead by 5 days"},
      {today + day, by_root, "", "", nobody},
      // Whoever is told the time by NTP knows it better.
      {today + 20 * day,
       {.made = today - day, .is_kept = true, .root = root},
       "",
       "",
       ""}};
  for (const Row& row : rows) {
    CAPTURE(row.now, row.what, row.doubt);
    const auto problems = installation::wrong_clock(row.now, row.evidence);
    REQUIRE(problems.size() == (*row.what == '\0' ? 0 : 1));
    if (!problems.empty()) {
      CHECK(problems[0].what.find(row.what) != std::string::npos);
      CHECK(problems[0].remedy.find(row.certainty) != std::string::npos);
      CHECK(problems[0].remedy.find("timedatectl") != std::string::npos);
    }
    const auto doubt = installation::clock_doubt(row.now, row.evidence);
    CHECK(doubt.find(row.doubt) != std::string::npos);
    CHECK(doubt.empty() == (*row.doubt == '\0'));
  }
}

TEST_CASE("The system and the disk") {
  CHECK(installation::wrong_system("NAME=x\nVERSION_ID=\"12\"\nID=debian\n")
            .empty());
  CHECK(installation::wrong_system("ID=debian\nVERSION_ID=\"13\"\n").size() ==
        1);
  CHECK(installation::wrong_system("").size() == 1);
  CHECK(installation::full_disk("/", std::uint64_t{3} << 30U).empty());
  CHECK(installation::full_disk("/", 1).size() == 1);
}
