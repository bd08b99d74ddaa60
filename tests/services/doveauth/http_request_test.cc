#include "deploy/services/doveauth/http_request.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "deploy/services/doveauth/http_service.h"
#include "tests/daemon/temporary_directory.h"

using doveauth::HttpParse;
using doveauth::HttpRequest;
using doveauth::parse_http_request;

namespace {

const std::string kRequest =
    "POST /create HTTP/1.1\r\nHost: 127.0.0.1:3905\r\n"
    "Authorization: Bearer s3cret\r\ncontent-length:  8 \r\n\r\nann\tpass";

}  // namespace

TEST_CASE("a request is complete with its last octet, and not before") {
  HttpRequest request;
  std::size_t consumed = 0;
  for (std::size_t size = 0; size < kRequest.size(); ++size) {
    REQUIRE(parse_http_request(kRequest.substr(0, size), request, consumed) ==
            HttpParse::kIncomplete);
  }
  REQUIRE(parse_http_request(kRequest + "POST /next", request, consumed) ==
          HttpParse::kComplete);
  CHECK(consumed == kRequest.size());
  CHECK(request.method == "POST");
  CHECK(request.path == "/create");
  CHECK(request.authorization == "Bearer s3cret");
  CHECK(request.body == "ann\tpass");
  CHECK(request.keep_alive);
}

TEST_CASE("a connection is kept as the client says") {
  struct Row {
    std::string head;
    bool keep_alive;
  };
  const std::vector<Row> rows = {
      {"GET / HTTP/1.1\r\n", true},
      {"GET / HTTP/1.0\r\n", false},
      {"GET / HTTP/1.1\r\nConnection: close\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n", true},
  };
  for (const Row& row : rows) {
    INFO(row.head);
    HttpRequest request;
    std::size_t consumed = 0;
    REQUIRE(parse_http_request(row.head + "\r\n", request, consumed) ==
            HttpParse::kComplete);
    CHECK(request.keep_alive == row.keep_alive);
  }
}

TEST_CASE("what is no request, or one of too much, is refused") {
  const std::vector<std::string> heads = {
      "",
      "POST",
      "POST /",
      " / HTTP/1.1",
      "POST / HTTP/2",
      "POST / HTTP/1.10",
      "POST / HTTP/1.1\r\nno colon",
      "POST / HTTP/1.1\r\n: x",
      "POST / HTTP/1.1\r\nName : x",
      "POST / HTTP/1.1\r\na: b\r\n folded",
      "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1",
      "POST / HTTP/1.1\r\nContent-Length: -1",
      "POST / HTTP/1.1\r\nContent-Length: 1x",
      "POST / HTTP/1.1\r\nContent-Length:",
      "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999",
      "POST / HTTP/1.1\r\nContent-Length: 8193",
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked",
      "POST /" + std::string(9000, 'x') + " HTTP/1.1"};
  for (const std::string& head : heads) {
    INFO(head.substr(0, 80));
    HttpRequest request;
    std::size_t consumed = 0;
    CHECK(parse_http_request(head + "\r\n\r\n", request, consumed) ==
          HttpParse::kBad);
  }
  HttpRequest request;
  std::size_t consumed = 0;
  CHECK(parse_http_request(std::string(9000, 'x'), request, consumed) ==
        HttpParse::kBad);
}

TEST_CASE("an answer tells its length, and whether it is the last") {
  CHECK(doveauth::to_octets({200, "a\tb\n"}, true) ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4"
        "\r\n\r\na\tb\n");
  CHECK(doveauth::to_octets({503, ""}, false) ==
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST_CASE("a secret is one that no other user can read, and long enough") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("secret");
  const auto secret_of = [&](const std::string& text, mode_t mode,
                             std::string& error) {
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    return doveauth::read_secret(path, error);
  };
  std::string error;
  CHECK_FALSE(doveauth::read_secret(path, error));
  CHECK(error == path + ": is not there");
  CHECK(secret_of("0123456789abcdef\n", 0640, error) == "0123456789abcdef");
  CHECK_FALSE(secret_of("0123456789abcdef\n", 0644, error));
  CHECK(error == path + ": other users can read it");
  CHECK_FALSE(secret_of("short\n", 0600, error));
  CHECK(error == path + ": has less than 16 octets");
}
