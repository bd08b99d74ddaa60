#include "dkim/policy_record.h"

#include <catch2/catch.hpp>
#include <string>

#include "dkim/table_resolver.h"

namespace dkim {
namespace {

constexpr auto kNever = std::chrono::steady_clock::time_point::max();

// "reject at a.example", "absent", "temperror".
std::string looked_up(std::string_view domain, KeyResolver& resolver) {
  const PolicyAnswer answer = look_up_policy(domain, resolver, kNever);
  switch (answer.status) {
    case LookupStatus::kTemperror:
      return "temperror";
    case LookupStatus::kAbsent:
      return "absent";
    case LookupStatus::kFound:
      break;
  }
  return std::string(to_string(answer.policy)) + " at " + answer.domain;
}

// Counts what is asked.
class CountingResolver : public KeyResolver {
 public:
  std::unique_ptr<KeyLookup> start(std::string_view name,
                                   Freshness freshness) override {
    asked.emplace_back(name);
    return table.start(name, freshness);
  }
  TableResolver table;
  std::vector<std::string> asked;
};

TEST_CASE("a policy record begins with its version") {
  CHECK(is_policy_record("v=DMARC1; p=none"));
  CHECK(is_policy_record("v=DMARC1"));
  CHECK(is_policy_record(" v = DMARC1 ;p=reject"));
  for (const char* text : {"", "p=none; v=DMARC1", "v=DMARC1x", "v=dmarc1",
                           "v=DKIM1; p=", "v=spf1 -all"}) {
    CHECK_FALSE(is_policy_record(text));
  }
}

TEST_CASE("tags of a policy record, and what is none of them") {
  const PolicyRecord full = parse_policy_record(
      "v=DMARC1; p=Reject; sp=quarantine; adkim=s; psd=n; rua=mailto:a@b; x=y");
  CHECK(full.policy == DmarcPolicy::kReject);
  CHECK(full.subdomain_policy == DmarcPolicy::kQuarantine);
  CHECK(full.strict_dkim);
  CHECK(full.psd == PolicyRecord::Psd::kNo);
  const PolicyRecord bare = parse_policy_record("v=DMARC1; p=quarantine");
  CHECK(bare.subdomain_policy == DmarcPolicy::kQuarantine);
  CHECK_FALSE(bare.strict_dkim);
  CHECK(parse_policy_record("v=DMARC1; p=perhaps").policy ==
        DmarcPolicy::kNone);
}

TEST_CASE("the policy is found by the tree walk") {
  TableResolver table;
  table.add("_dmarc.example.org", {"v=DMARC1; p=reject; sp=quarantine"});
  table.add("_dmarc.own.example.org", {"v=DMARC1; p=none"});
  table.add("_dmarc.two.example", {"v=DMARC1; p=none", "v=DMARC1; p=reject"});
  table.add("_dmarc.beside.example", {"some text", "v=DMARC1; p=reject"});
  table.add("_dmarc.stop.example.net", {"v=DMARC1; p=reject; psd=n"});
  table.add("_dmarc.example.net", {"v=DMARC1; p=quarantine"});
  table.add("_dmarc.bank", {"v=DMARC1; p=reject; psd=y"});
  table.add("_dmarc.good.bank", {"v=DMARC1; p=quarantine"});
  CHECK(looked_up("example.org", table) == "reject at example.org");
  CHECK(looked_up("EXAMPLE.org", table) == "reject at example.org");
  CHECK(looked_up("a.b.example.org", table) == "quarantine at example.org");
  CHECK(looked_up("own.example.org", table) == "none at own.example.org");
  // The record of the fewest labels is the organization's.
  CHECK(looked_up("x.own.example.org", table) == "quarantine at example.org");
  CHECK(looked_up("two.example", table) == "absent");
  CHECK(looked_up("beside.example", table) == "reject at beside.example");
  CHECK(looked_up("x.stop.example.net", table) == "reject at stop.example.net");
  CHECK(looked_up("x.good.bank", table) == "quarantine at good.bank");
  CHECK(looked_up("x.other.bank", table) == "reject at bank");
  CHECK(looked_up("nowhere.example", table) == "absent");
  CHECK(looked_up("[192.0.2.1]", table) == "absent");
  CHECK(looked_up("", table) == "absent");
}

TEST_CASE("what the DNS does not tell is no answer") {
  TableResolver table;
  table.add("_dmarc.example.org", {"v=DMARC1; p=reject"});
  table.fail("_dmarc.b.example.org", TableFailure::kTimeout);
  CHECK(looked_up("b.example.org", table) == "temperror");
  CHECK(looked_up("a.b.example.org", table) == "temperror");
  CHECK(looked_up("c.example.org", table) == "reject at example.org");
}

TEST_CASE("a long name costs eight queries") {
  CountingResolver resolver;
  std::string name = "example.org";
  for (int i = 0; i < 40; ++i) name = "a." + name;
  CHECK(looked_up(name, resolver) == "absent");
  CHECK(resolver.asked.size() == 8);
  CHECK(resolver.asked.front() == "_dmarc." + name);
  CHECK(resolver.asked[1] == "_dmarc.a.a.a.a.a.example.org");
  CHECK(resolver.asked.back() == "_dmarc.org");
}

}  // namespace
}  // namespace dkim
