#include "deploy/services/newemail/client.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using newemail::client_network;

TEST_CASE("the network is what a trusted proxy says, and nobody else") {
  struct Row {
    std::string peer;  // "" is a unix socket
    std::string forwarded;
    std::string real_ip;
    std::string network;
  };
  const std::vector<Row> rows = {
      {"", "192.0.2.1", "", "192.0.2.1"},
      {"", "", "192.0.2.1", "192.0.2.1"},
      {"", "192.0.2.1", "198.51.100.1", "192.0.2.1"},
      // What stands before the last entry came with the request.
      {"", "203.0.113.9, 192.0.2.1", "", "192.0.2.1"},
      {"", "203.0.113.9,192.0.2.1 ", "", "192.0.2.1"},
      {"", "192.0.2.1,", "198.51.100.1", ""},
      {"", "2001:db8:1:2:3::1", "", "2001:db8:1:2::"},
      {"", "::ffff:192.0.2.1", "", "192.0.2.1"},
      {"", "127.0.0.1", "", ""},
      {"", "unix:", "", ""},
      {"", "", "", ""},
      {"127.0.0.1", "192.0.2.1", "", "192.0.2.1"},
      {"127.0.0.2", "192.0.2.1", "192.0.2.1", ""},
      {"198.51.100.7", "192.0.2.1", "192.0.2.1", "198.51.100.7"},
  };
  const std::vector<std::string> trusted = {"127.0.0.1"};
  for (const Row& row : rows) {
    INFO(row.peer << " | " << row.forwarded << " | " << row.real_ip);
    http::Request request;
    request.peer = row.peer;
    if (!row.forwarded.empty()) {
      request.fields.emplace_back("x-forwarded-for", row.forwarded);
    }
    if (!row.real_ip.empty()) {
      request.fields.emplace_back("x-real-ip", row.real_ip);
    }
    CHECK(client_network(request, trusted) == row.network);
  }
}
