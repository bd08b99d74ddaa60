#include "deploy/moving/return_ini.h"

#include <catch2/catch.hpp>

using moving::ReturnIni;

namespace {

ReturnIni back(const std::string& lines) {
  const std::string text = "[params]\nmail_domain = x.example\n" + lines;
  return moving::return_ini(text,
                            daemons::parse_settings(text, "ini").settings);
}

}  // namespace

TEST_CASE("values of ours that the other relay would misread are written out") {
  struct Row {
    std::string line;
    std::string back;
  };
  const std::vector<Row> rows = {
      {"max_message_size = 30M", "max_message_size = 31457280"},
      {"delete_mails_after=20d", "delete_mails_after = 20"},
      {"disable_ipv6 = yes", "disable_ipv6 = True"},
      {"imap_compress: on", "imap_compress = True"},
      // As they are: it reads them alike.
      {"max_message_size = 31457280", "max_message_size = 31457280"},
      {"max_mailbox_size = 500M", "max_mailbox_size = 500M"},
      {"disable_ipv6 = no", "disable_ipv6 = no"},
      {"disable_ipv6 = TRUE", "disable_ipv6 = TRUE"},
      {"# max_message_size = 30M", "# max_message_size = 30M"},
      {"milter_engine = native", "milter_engine = native"},
      {"privacy_postal =\n  Us: 3 = 4\n  Nowhere",
       "privacy_postal =\n  Us: 3 = 4\n  Nowhere"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.line);
    const ReturnIni result = back(row.line + "\n");
    CHECK(result.text ==
          "[params]\nmail_domain = x.example\n" + row.back + "\n");
    CHECK(result.changed.size() == (row.line == row.back ? 0U : 1U));
  }
}

TEST_CASE("a file without a line end at its end stays so") {
  CHECK(back("max_message_size = 1M").text ==
        "[params]\nmail_domain = x.example\nmax_message_size = 1048576");
}

TEST_CASE("what does not hold there is told") {
  CHECK(back("").losses.empty());
  for (const char* const line :
       {"more_mail_domains = y.example", "registration = invite",
        "dkim_selector = next", "dkim_key = /srv/key.pem"}) {
    CAPTURE(line);
    const auto losses = back(std::string(line) + "\n").losses;
    REQUIRE(losses.size() == 1);
    CHECK(losses[0].starts_with(
        std::string(line).substr(0, std::string(line).find(' '))));
  }
}
