#include "milter/reply_text.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

TEST_CASE("a reply's text is what libmilter takes") {
  struct Row {
    std::string text;
    std::string given;
  };
  const std::string full(milter::kMaxReplyText, 'x');
  const std::vector<Row> rows = {
      {"", ""},
      {"Encryption Needed", "Encryption Needed"},
      {"100% of <a%b@c>", "100%% of <a%%b@c>"},
      {"a\r\nb\tc\xC3\xA4", "a??b?c??"},
      {full + "y", full},
      // A doubled percent sign is not cut in two.
      {full.substr(1) + "%", full.substr(1)},
  };
  for (const Row& row : rows) {
    CHECK(milter::reply_text(row.text) == row.given);
  }
}
