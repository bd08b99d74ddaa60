// Tests policy/address_fields.h.

#include "policy/address_fields.h"

#include <catch2/catch.hpp>
#include <string>

namespace {

TEST_CASE("addresses leave bare, and what is no address does not leave") {
  struct Row {
    const char* field_body;
    const char* wanted;  // nullptr: dropped
  };
  const Row rows[] = {
      {"<a@b.example>", "<a@b.example>"},
      {"a@b.example", "<a@b.example>"},
      {"\"A, the first\" <a@b.example>, C <c@d.example>",
       "<a@b.example>, <c@d.example>"},
      {"a@b.example (a comment), c@d.example", "<a@b.example>, <c@d.example>"},
      {"\"hidden-recipients\": ;", "\"hidden-recipients\": ;"},
      {"undisclosed-recipients:;", "\"hidden-recipients\": ;"},
      {"meet me at noon: ;", "\"hidden-recipients\": ;"},
      {"friends: a@b.example;", nullptr},
      {"meet me at noon", nullptr},
      {"<a@b.example>, meet me at noon", nullptr},
      {"a@b@c.example", nullptr},
      {"<\"meet me at noon\"@c.example>", nullptr},
      {"", nullptr},
      {",", nullptr},
      {"<a@[192.0.2.1]>", "<a@[192.0.2.1]>"},
  };
  for (const Row& row : rows) {
    INFO(row.field_body);
    const auto got = policy::bare_addresses(row.field_body);
    REQUIRE(got.has_value() == (row.wanted != nullptr));
    if (row.wanted != nullptr) CHECK(*got == row.wanted);
  }
}

TEST_CASE("a long list is read once, however it is nested") {
  std::string list = "a@b.example";
  for (int i = 0; i < 999; ++i) list += ", a@b.example";
  CHECK(policy::bare_addresses(list).has_value());
  CHECK_FALSE(policy::bare_addresses(list + ", a@b.example").has_value());
  CHECK_FALSE(policy::bare_addresses(std::string(100000, '(')).has_value());
  CHECK_FALSE(policy::bare_addresses(std::string(100000, '<')).has_value());
  std::string groups;
  for (int i = 0; i < 100000; ++i) groups += "a:";
  CHECK_FALSE(policy::bare_addresses(groups).has_value());
  CHECK_FALSE(policy::bare_addresses(groups + ";").has_value());
}

}  // namespace
