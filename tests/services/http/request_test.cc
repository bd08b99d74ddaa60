#include "deploy/services/http/request.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "deploy/services/http/limits.h"

using http::form_value;
using http::parse_request;
using http::Request;
using Kind = http::ParseResult::Kind;

namespace {

const std::string kRequest =
    "POST /create?a=b HTTP/1.1\r\nHost: 127.0.0.1:3905\r\n"
    "Authorization: Bearer s3cret\r\ncontent-length:  8 \r\n\r\nann\tpass";

// One field line of `size` octets in all.
std::string field_of(std::size_t size) {
  return "A: " + std::string(size - 5, 'x') + "\r\n";
}

}  // namespace

TEST_CASE("a request is complete with its last octet, and not before") {
  Request request;
  for (std::size_t size = 0; size < kRequest.size(); ++size) {
    REQUIRE(parse_request(kRequest.substr(0, size), request).kind ==
            Kind::kIncomplete);
  }
  const auto result = parse_request(kRequest + "POST /next", request);
  REQUIRE(result.kind == Kind::kComplete);
  CHECK(result.consumed == kRequest.size());
  CHECK(request.method == "POST");
  CHECK(request.path == "/create");
  CHECK(request.query == "a=b");
  CHECK(request.field("authorization") == "Bearer s3cret");
  CHECK(request.field("cookie").empty());
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
    Request request;
    REQUIRE(parse_request(row.head + "\r\n", request).kind == Kind::kComplete);
    CHECK(request.keep_alive == row.keep_alive);
  }
}

TEST_CASE("of a field that comes twice the last one counts") {
  Request request;
  REQUIRE(
      parse_request("GET / HTTP/1.1\r\nX-A: one\r\nx-a:two\r\n\r\n", request)
          .kind == Kind::kComplete);
  CHECK(request.field("x-a") == "two");
}

TEST_CASE(
    "what is no request, or one of too much, is refused with its status") {
  struct Row {
    std::string head;
    int status;
  };
  const std::string post = "POST / HTTP/1.1\r\n";
  const std::vector<Row> rows = {
      {"", 400},
      {"POST", 400},
      {"POST /", 400},
      {" / HTTP/1.1", 400},
      {"PO\tST / HTTP/1.1", 400},
      {"POST  HTTP/1.1", 400},
      {"POST /a b HTTP/1.1", 400},
      {std::string("POST /\0 HTTP/1.1", 16), 400},
      {"POST / FTP/1.1", 400},
      {"POST / HTTP/2", 505},
      {"POST / HTTP/1.10", 505},
      {post + "no colon", 400},
      {post + ": x", 400},
      {post + "Name : x", 400},
      {post + "a: b\r\n folded", 400},
      {post + "a: b\nc: d", 400},
      {post + std::string("a: \0", 4), 400},
      {post + "Content-Length: 1\r\nContent-Length: 1", 400},
      {post + "Content-Length: -1", 400},
      {post + "Content-Length: 1x", 400},
      {post + "Content-Length: 1, 1", 400},
      {post + "Content-Length:", 400},
      {post + "Content-Length: 99999999999999999999", 413},
      {post + "Content-Length: 8193", 413},
      {post + "Transfer-Encoding: chunked", 501},
      {"POST /" + std::string(9000, 'x') + " HTTP/1.1", 431},
  };
  for (const Row& row : rows) {
    INFO(row.head.substr(0, 80));
    Request request;
    const auto result = parse_request(row.head + "\r\n\r\n", request);
    CHECK(result.kind == Kind::kBad);
    CHECK(result.status == row.status);
  }
}

TEST_CASE("a head has its bound, with an end and without") {
  const std::string line = "GET / HTTP/1.1\r\n";
  const std::size_t room = http::kMaxHead - line.size() + 2;
  Request request;
  CHECK(parse_request(line + field_of(room) + "\r\n", request).kind ==
        Kind::kComplete);
  auto result = parse_request(line + field_of(room + 1) + "\r\n", request);
  CHECK(result.kind == Kind::kBad);
  CHECK(result.status == 431);
  CHECK(parse_request(std::string(http::kMaxHead + 3, 'x'), request).kind ==
        Kind::kIncomplete);
  result = parse_request(std::string(http::kMaxHead + 4, 'x'), request);
  CHECK(result.kind == Kind::kBad);
  CHECK(result.status == 431);
}

TEST_CASE("a form's values are decoded, and the first one counts") {
  struct Row {
    std::string form;
    std::string value;
  };
  const std::vector<Row> rows = {
      {"token=summercamp", "summercamp"},
      {"a=b&token=summercamp&c", "summercamp"},
      {"token=one&token=two", "one"},
      {"token=a%2bb+c%20d%3D", "a+b c d="},
      {"token=a=b", "a=b"},
      {"token", ""},
      {"token=", ""},
      {"tokens=x", ""},
      {"&&&", ""},
      {"", ""},
      {"token=%", ""},
      {"token=%4", ""},
      {"token=%4g", ""},
      {"token=%00", std::string(1, '\0')},
  };
  for (const Row& row : rows) {
    INFO(row.form);
    CHECK(form_value(row.form, "token") == row.value);
  }
}
