#include "mailbox/address.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

TEST_CASE("two spellings of an address have one canonical form") {
  struct Row {
    std::string address;
    std::string canonical;
  };
  const std::vector<Row> rows = {
      {"ann@a.example", "ann@a.example"},
      {"Ann@A.Example", "ann@a.example"},
      {"ann+news@a.example", "ann@a.example"},
      {"ann+a+b@a.example", "ann@a.example"},
      {"ann+@a.example", "ann@a.example"},
      {"+x@a.example", "+x@a.example"},
      {"+x+y@a.example", "+x@a.example"},
      {"ann@[192.0.2.1]", "ann@[192.0.2.1]"},
      {"ann@[IPv6:2001:DB8::1]", "ann@[ipv6:2001:db8::1]"},
      {"no-at", "no-at"},
      {"", ""},
      {"a@b+c@d.example", "a@b@d.example"},
      {"\xC3\x84@a.example", "\xC3\x84@a.example"},
  };
  for (const Row& row : rows) {
    INFO(row.address);
    const std::string canonical = mailbox::canonical_address(row.address);
    CHECK(canonical == row.canonical);
    CHECK(mailbox::canonical_address(canonical) == canonical);
  }
}

TEST_CASE("only what can be an account's name is one") {
  struct Row {
    std::string address;
    bool is_name;
  };
  const std::vector<Row> rows = {
      {"ann@a.example", true},
      {"a@b", true},
      {"ann@[192.0.2.1]", true},
      {"ann@[ipv6:2001:db8::1]", true},
      {"a.b_c-d@_x.example", true},
      {".ann@a.example", true},  // a relay of today lets it be made
      {std::string(245, 'x') + "@a.example", true},
      {std::string(246, 'x') + "@a.example", false},
      {"", false},
      {"ann", false},
      {"@", false},
      {"@a.example", false},
      {"ann@", false},
      {"ann@b@a.example", false},
      {"../x@a.example", false},
      {"ann@a.example/../b@a.example", false},
      {"a/b@a.example", false},
      {std::string("a\0b@a.example", 13), false},
      {"a b@a.example", false},
      {"a\nb@a.example", false},
      {"a\x7F@a.example", false},
      {"\xC3\xA4@a.example", false},
  };
  for (const Row& row : rows) {
    INFO(row.address);
    CHECK(mailbox::is_account_name(row.address) == row.is_name);
  }
}

TEST_CASE("an address falls into local part and domain at its last @") {
  CHECK(mailbox::local_part_of("ann@a.example") == "ann");
  CHECK(mailbox::domain_of("ann@a.example") == "a.example");
  CHECK(mailbox::local_part_of("a@b@c") == "a@b");
  CHECK(mailbox::domain_of("a@b@c") == "c");
  CHECK(mailbox::local_part_of("ann").empty());
  CHECK(mailbox::domain_of("ann").empty());
}
