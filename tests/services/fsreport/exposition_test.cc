#include "deploy/services/fsreport/exposition.h"

#include <catch2/catch.hpp>
#include <string>

namespace {

fsreport::Usage sample() {
  fsreport::Usage usage;
  usage.message_octets = 1000;
  usage.extra_octets = 20;
  usage.octets = {1000, 900, 800, 700, 600, 500, 400};
  usage.count = {7, 6, 5, 4, 3, 2, 1};
  usage.accounts = 12;
  usage.ci_accounts = 2;
  usage.active = {1, 2, 3, 4, 5, 6, 7};
  return usage;
}

std::string without_help(const std::string& page) {
  std::string rest;
  for (std::size_t begin = 0; begin < page.size();) {
    const std::size_t end = page.find('\n', begin) + 1;
    const std::string line = page.substr(begin, end - begin);
    if (!line.starts_with("# HELP ")) rest += line;
    begin = end;
  }
  return rest;
}

}  // namespace

TEST_CASE("the metrics have the names that relays' dashboards know") {
  CHECK(without_help(fsreport::exposition(sample())) ==
        R"(# TYPE chatmail_storage_bytes gauge
chatmail_storage_bytes{kind="messages"} 1000
chatmail_storage_bytes{kind="extra"} 20
chatmail_storage_bytes{kind="total"} 1020
# TYPE chatmail_messages_bytes gauge
chatmail_messages_bytes{min_size="0"} 1000
chatmail_messages_bytes{min_size="102400"} 900
chatmail_messages_bytes{min_size="524288"} 800
chatmail_messages_bytes{min_size="1048576"} 700
chatmail_messages_bytes{min_size="2097152"} 600
chatmail_messages_bytes{min_size="5242880"} 500
chatmail_messages_bytes{min_size="10485760"} 400
# TYPE chatmail_messages_count gauge
chatmail_messages_count{min_size="0"} 7
chatmail_messages_count{min_size="102400"} 6
chatmail_messages_count{min_size="524288"} 5
chatmail_messages_count{min_size="1048576"} 4
chatmail_messages_count{min_size="2097152"} 3
chatmail_messages_count{min_size="5242880"} 2
chatmail_messages_count{min_size="10485760"} 1
# TYPE chatmail_accounts gauge
chatmail_accounts{kind="all"} 12
chatmail_accounts{kind="ci"} 2
chatmail_accounts{kind="user"} 10
# TYPE chatmail_accounts_active gauge
chatmail_accounts_active{days="1"} 1
chatmail_accounts_active{days="10"} 2
chatmail_accounts_active{days="30"} 3
chatmail_accounts_active{days="40"} 4
chatmail_accounts_active{days="80"} 5
chatmail_accounts_active{days="100"} 6
chatmail_accounts_active{days="150"} 7
)");
}

TEST_CASE("the metrics of older relays are three") {
  CHECK(without_help(fsreport::legacy_exposition(sample())) ==
        "# TYPE accounts gauge\naccounts 12\n"
        "# TYPE ci_accounts gauge\nci_accounts 2\n"
        "# TYPE nonci_accounts gauge\nnonci_accounts 10\n");
}
