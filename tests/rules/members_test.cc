#include "rules/members.h"

#include <catch2/catch.hpp>

namespace rules_test {
namespace {

TEST_CASE("a network has an address, and no host bits behind its length") {
  for (const char* text :
       {"192.0.2.1", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32", "::1",
        "::/0", "2001:db8::1/128", "::ffff:192.0.2.1"}) {
    INFO(text);
    CHECK(rules::parse_network(text));
  }
  for (const char* text :
       {"", "192.0.2", "192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/",
        "192.0.2.0/-1", "192.0.2.0/2x", "2001:db8::1/32", "a.example",
        "2001:db8::/129", "/24"}) {
    INFO(text);
    CHECK_FALSE(rules::parse_network(text));
  }
}

TEST_CASE("a host is in a network of any length that was added") {
  rules::NetworkMembers members;
  for (const char* text : {"192.0.2.0/25", "198.51.100.7", "2001:db8::/33"}) {
    members.add(*rules::parse_network(text));
  }
  const struct {
    const char* host;
    bool wanted;
  } rows[] = {
      {"192.0.2.127", true},      {"192.0.2.128", false},
      {"198.51.100.7", true},     {"198.51.100.8", false},
      {"2001:db8:7fff::1", true}, {"2001:db8:8000::1", false},
      {"::ffff:192.0.2.1", true},
  };
  for (const auto& row : rows) {
    INFO(row.host);
    CHECK(members.contains(*rules::parse_host_address(row.host)) == row.wanted);
  }
}

}  // namespace
}  // namespace rules_test
