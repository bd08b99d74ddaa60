#include "mailbox/message_name.h"

#include <catch2/catch.hpp>
#include <string>

TEST_CASE("the name of a message tells when it came and how large it is") {
  const struct {
    const char* name;
    long delivered;  // -1: it tells neither
    long size;
  } rows[] = {
      {"1775324677.M448978P3029757.host,S=3235,W=3305:2,S", 1775324677, 3235},
      {"1775324677.M448978P3029757.host,S=3235", 1775324677, 3235},
      {"1775324677.M1P2.host,S=3235:2,", 1775324677, 3235},
      {"1775324677.M1P2.host,W=3305,S=0:2,RS", 1775324677, 0},
      {"7.a,S=1,S=2:2,", 7, 2},
      // Behind the colon are flags, whatever they say.
      {"7.a:2,S=4", -1, 0},
      {"7.a", -1, 0},
      {"7.a,W=3305:2,S", -1, 0},
      {"7,S=5", -1, 0},
      {".a,S=5", -1, 0},
      {"x.a,S=5", -1, 0},
      {"-7.a,S=5", -1, 0},
      {"7.a,S=", -1, 0},
      {"7.a,S=-5", -1, 0},
      {"7.a,S=5x", -1, 0},
      {"7.a,S=99999999999999999999", -1, 0},
      {"99999999999999999999.a,S=1", -1, 0},
      {"", -1, 0},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    const auto parsed = mailbox::parse_message_name(row.name);
    REQUIRE(parsed.has_value() == (row.delivered >= 0));
    if (!parsed) continue;
    CHECK(parsed->delivered == row.delivered);
    CHECK(parsed->size == row.size);
  }
}
